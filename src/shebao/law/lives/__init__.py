"""一生: whole lives and households through all programmes at once, month by month.

这里没有规则，只有例子：每一步写明当时的事实，以及当月全部应得的待遇（没有写明的待遇必须为零）。
读它们可以看到各项制度如何衔接：先保险、再救助、后福利。

There are no rules here: each step of a life tells the facts and all that is due on that day; every benefit that a step
does not name must be nothing.
"""
