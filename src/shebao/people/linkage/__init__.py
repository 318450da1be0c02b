"""Records of one person, found in several sources: no database and no Django here, tables in and tables out.

normalise   records in one form
model       how two records are compared, what agreement weighs (Splink)
calibrate   weights set right by the pairs that numbers decide
clusters    from pairs to persons
links       what is joined, what is asked, what is apart; answers
"""

from shebao.people.linkage.links import Band, Links, answer, link

__all__ = ["Band", "Links", "answer", "link"]
