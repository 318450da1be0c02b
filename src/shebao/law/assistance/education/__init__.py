"""教育救助：困难家庭的学生，义务教育阶段按年补助，寄宿的另加并免寄宿费；大学有国家助学金，新入学另有一次性救助。

谁：低保、低收入家庭和特困供养的学生；国家助学金由学校评定等次。
何时：义务教育补助自2017年春季学期（京财教育〔2017〕140号），助学金一等4500元、二等2800元自2019年春季学期（京教财〔2020〕22号）；
此前的标准没有查到，应发的人员标为缺数。入学救助一次，按入学日。
多少：义务教育每年300元，寄宿生每月240元、一年10个月；入学救助4000至4500元（约数，取低的一头）。

Aid to students of families on minimum living, of low income or destitute: 300 yuan a year in compulsory school, for
boarders 240 yuan a month for ten months and no boarding fee, from the spring term of 2017; the national grant of the
class that the college awards, 4500 or 2800 yuan a year from the spring term of 2019; and aid once at the entry to
college.  Amounts before those terms, and of senior secondary schools, were not found.

例：刘某家享受低保，2018年上初中并寄宿：300 + 240 × 10 = 2700元，并免寄宿费。不寄宿则一年300元。
"""
