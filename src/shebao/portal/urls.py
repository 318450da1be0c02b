"""Where each page is."""

from __future__ import annotations

from django.urls import path

from shebao.portal.api import api
from shebao.portal.views import (
    bills,
    citizen,
    city,
    claims,
    counter,
    employer,
    entry,
    fund,
    institutions,
    law,
    tokens,
)

urlpatterns = [
    path("", entry.start, name="start"),
    path("sign-in", entry.sign_in, name="sign-in"),
    path("sign-out", entry.sign_out, name="sign-out"),
    path("language", entry.language, name="language"),
    path("look", entry.look, name="look"),
    path("keys", counter.keys, name="keys"),
    # counter
    path("counter", counter.home, name="home"),
    path("person/<int:number>", counter.person, name="person"),
    path("person/<int:number>/number", counter.reveal, name="reveal"),
    path("person/<int:number>/explain/<str:benefit>", counter.explain, name="explain"),
    path("person/<int:number>/event/<slug:slug>", counter.event, name="event"),
    path("person/<int:number>/apply/<str:benefit>", counter.apply, name="apply"),
    path("person/<int:number>/certify", counter.certify, name="certify"),
    path("person/<int:number>/receipt", counter.receipt, name="receipt"),
    # queues
    path("queue", claims.queue, name="queue"),
    path("queue/bulk", claims.bulk, name="bulk"),
    path("claim/<int:number>", claims.claim, name="claim"),
    path("claim/<int:number>/step", claims.step, name="step"),
    path("claim/<int:number>/evidence", claims.evidence, name="evidence"),
    path("claim/<int:number>/letter", claims.claim_letter, name="claim-letter"),
    path("complaints/answer", claims.answer_complaints, name="answer-complaints"),
    # employer
    path("employer", employer.employer, name="employer"),
    path("employer/bill/<int:number>", employer.bill, name="bill"),
    path("employer/declare", employer.declaration, name="declare"),
    path("employer/template", employer.template, name="template"),
    path("employer/staff", employer.staff, name="staff"),
    # citizen
    path("me", citizen.mine, name="mine"),
    path("me/record", citizen.my_record, name="my-record"),
    path("me/estimate", citizen.estimate, name="estimate"),
    path("me/claims", citizen.my_claims, name="my-claims"),
    path("me/claims/<int:number>/step", citizen.my_step, name="my-step"),
    path("me/claims/<int:number>/letter", citizen.my_letter, name="my-letter"),
    path("me/apply/<str:benefit>", citizen.apply_online, name="apply-online"),
    path("me/measure/<int:number>/object", citizen.object_to, name="object-to"),
    path("me/certify", citizen.certify_online, name="certify-online"),
    path("me/readers", citizen.my_readers, name="my-readers"),
    path("me/complaints", citizen.complaints, name="complaints"),
    # medical care
    path("me/medical", bills.my_medical, name="my-medical"),
    path("me/medical/<int:bill>", bills.my_bill, name="my-bill"),
    path("me/medical/<int:bill>/explain", bills.my_bill_explained, name="my-bill-explained"),
    path("person/<int:number>/medical", bills.person_medical, name="person-medical"),
    path("person/<int:number>/medical/<int:bill>", bills.person_bill, name="person-bill"),
    path("person/<int:number>/medical/<int:bill>/explain", bills.person_bill_explained, name="person-bill-explained"),
    path("hospital", institutions.hospital, name="hospital"),
    path("hospital/matches", institutions.hospital_matches, name="hospital-matches"),
    path("medical", fund.fund, name="fund"),
    path("medical/institutions", fund.register, name="institutions"),
    path("medical/institutions/<int:number>", institutions.institution, name="institution"),
    path("medical/institutions/<int:number>/keep", institutions.keep, name="keep-institution"),
    path("medical/institutions/<int:number>/matches", institutions.institution_matches, name="institution-matches"),
    path("medical/statements/<int:number>", institutions.statement, name="statement"),
    path("medical/differences", fund.differences, name="differences"),
    path("medical/differences/<int:number>", fund.close_difference, name="close-difference"),
    path("medical/catalogue", fund.catalogue_page, name="catalogue"),
    # city
    path("city", city.city, name="city"),
    path("city/<str:name>", city.figure, name="figure"),
    # law
    path("law", law.law, name="law"),
    path("law/changes", law.changes, name="law-changes"),
    path("law/<path:path>", law.law_page, name="law-page"),
    # access
    path("access/tokens", tokens.tokens_page, name="tokens"),
    path("api/", api.urls),
]
