"""流浪乞讨人员救助：自身无力解决食宿、无亲友投靠、又不享受低保和五保、正在城市流浪乞讨的人，由救助站给食宿和回家的帮助。

谁：上述四个条件都具备的人，不问户口；未成年人还要有临时监护，只交给核实过的监护人。
何时：求助之日起一般不超过10天；有理由并经批准的，到批准的日子止。2015年8月起，超过10天的转为照料安置；满3个月仍查不清身份的，
报当地政府安置；未成年人不得送养老机构。
多少：不发钱，给食宿、急病先送医院、联系家人、买返程车票；不得向本人、家属或单位收费，不得组织劳动，来去自由。

Help for the homeless (国务院令第381号, from 2003-08-01): no money but shelter, food, care of sudden illness and the way
home, for whoever cannot feed or house himself, has nobody to turn to, has neither the minimum living allowance nor
support as destitute, and begs in the city.  Ten days at most, unless a longer stay is approved with a reason on record;
since August 2015 whoever is over ten days in the shelter goes to resettlement care, and who is not identified after
three months is reported to the local government.  The day of asking is the first of the ten.

例：赵某2014年3月1日求助，3月10日是第10天，仍在站；3月11日没有批准延长，救助结束。若是2016年3月1日，3月11日起转照料
安置；身份没有查清，6月1日满3个月，报当地政府安置。
"""
