"""征地转非: what is paid into insurance for people whose land is requisitioned, and who goes to civil affairs.

北京市人民政府令第148号, in force from 2004-07-01.  The day of the requisition picks the version and the wage.
The yearly table of the living subsidy for 超转人员 is not at hand: its amount is refused, naming the figure.
"""
