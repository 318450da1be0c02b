"""殡葬: free urns for poor and veterans' families, free scattering at sea, the sea burial subsidy.

谁：本市去世人员的家属。丧葬补贴每人5000元，城乡一致，由遗属待遇一章决定，此处不重复。
免费骨灰盒：自2012年4月，低保家庭和优抚家庭在两家市属殡仪馆办理的，5至8种骨灰盒免费（服务）。
骨灰撒海：自2009年免费；补贴2000元，自2015年3月（日期近似）4000元，免费随行亲属由2人增至6人。
“百、千、万”（百元骨灰盒、千元服务、万元安放）是面向所有人的价格上限，不对个人作决定，未列为规则。

Who: the family of a person who died. How much: an urn in kind; the passage and a fixed subsidy for scattering at sea.

例：钱某2015年3月去世，同年4月骨灰撒海：免费撒海，6名亲属免费随行，补贴4000元；若在2015年2月28日撒海，则为2名亲属、2000元。
"""
