"""The command `shebao`: it reads what is asked, calls the rules and the files, and prints.

decide   one person          assess   a file of any size
law      what the law says   sample   invented people, as a file
db       the database        demo     an invented city in a database, and a month of collection
night    the city, assessed  takeover another system's records, as opening facts
serve    the pages           medical  bills at the card reader
"""

from __future__ import annotations

import typer

from shebao.cli import assess, db, decide, demo, law, medical, night, sample, serve, takeover, whatif
from shebao.cli.terminal import here

app = typer.Typer(
    name="shebao",
    help=here(
        "社会保障待遇：法规写一次，一人一案可解释，全市一次算完。",
        "Social protection: the law written once, decides one case with its reasons and a whole city in one pass.",
    ),
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,  # they are facts about people
)
app.command("decide", help=here("核定一人，说明理由", "Decide one person, with the reasons."))(decide.command)
app.command("assess", help=here("计算一个人员文件", "Compute a file of people."))(assess.command)
app.command("sample", help=here("生成虚构城市的人员文件", "Write invented people, to try the law on."))(sample.command)
app.command("demo", help=here("样本城市征缴一个月", "A sample city, and a month of collection."))(demo.command)
app.command("serve", help=here("办事窗口网站", "The pages, on this machine."))(serve.command)
app.command("code", help=here("演示账号的验证码", "The code of a demo account."))(serve.code)
app.command("takeover", help=here("接管现有系统的数据", "Take over another system's records."))(takeover.command)
law.app.command("what-if", help=here("一人或一家的全部待遇及变化条件", "All a person or household is entitled to."))(
    whatif.command
)
app.add_typer(law.app, name="law")
app.add_typer(db.app, name="db")
app.add_typer(night.app, name="night")
app.add_typer(medical.app, name="medical")

__all__ = ["app"]
