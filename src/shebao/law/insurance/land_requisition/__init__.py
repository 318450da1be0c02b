"""征地转非: what is paid into insurance for people whose land is requisitioned, and who goes to civil affairs.

谁：土地被征收、转为城镇户籍的劳动力和超转人员。
多少：按年龄补缴养老、医疗、失业保险：上年社平工资的60%乘费率乘应补缴年数；超转人员由民政部门发生活补助。
何时：征地时一次补缴；生活补助按月。

北京市人民政府令第148号, in force from 2004-07-01.  The day of the requisition picks the version and the wage.
The yearly table of the living subsidy for 超转人员 is not at hand: its amount is refused, naming the figure.

例：孙某，男，1964年5月20日生，2009年6月30日征地时45周岁。2008年社平工资44715元：养老补缴5年
44715 × 60% × 28% × 5 = 37560.60元，医疗10年32194.80元，失业20年10731.60元，合计80487元。
"""
