"""Text that may identify a person or a case is asked about, and ordinary text is not (issue 2, I2)."""

import time
from itertools import pairwise
from pathlib import Path

import pytest

from assurance import identifiable, identifiable_births, identifiable_references
from assurance.identifiable import Finding, describe, find
from assurance.plain_text import Clue, plain

INNOCENT = (
    "Level 3 refresher training was held on 14 May 2026 and again on 03/06/2026 for 46 staff.",
    "If anything is unclear please ring the support unit on 01793 463903 before 4pm.",
    "The safeguarding team can be reached on 07700 900123 or 0300 456 0108, extension 4321.",
    "Our duty line is +44 (0)1793 466903, and NHS 111 stays the route out of hours.",
    "This answers the Child F rapid review; SAR 2026/03 and LCSPR-12 covered the same theme.",
    "Posters went to the Civic Offices, Euclid Street, Swindon SN1 2JH.",
    "Briefings were held at Gablecross Police Station, Shrivenham Road, SN3 4RB, on 3 April 2026.",
    "Of 120 practitioners 102 (85%) had read the brief by 30 September 2026.",
    "The policy is now version 3.2.1, last reviewed 2026-10-07 and due again in 2027/28.",
    "Releasing staff cost £12,500 in 2025-26 and £9,800.50 so far this year.",
    "The recording is at https://www.example.org/learning/4857773457/54240012345 for those who missed it.",
    "Please write to safeguarding.4857773457@example.nhs.uk or lcs@example.gov.uk.",
    "The LDG meets on Thursday 10 December 2026 and on 11 March 2027 at 10:30.",
    "Audit of 12 cases: 9 good, 3 requiring improvement; the next is in Q3 2026-27.",
    "Date of birth is a mandatory field in our referral form from 1 April 2026.",
    "Health visitors see children aged 2 to 5; 34 of 36 visitors attended on 9 September 2026.",
    "Teams meeting ID: 485 777 3457, passcode 4Rt9, for the webinar on 21 January 2027.",
    "LCS training 2026 reached 48 workers and Mosaic prompts went live on 6 July 2026.",
    "Ward huddles at GWH, Marlborough Road, Swindon SN3 6BB used the script in week 12.",
    "Crime figures fell from 1,204 to 996, and police incident numbers from 310 to 280 in 2025.",
)

IDENTIFYING = (
    ("The follow-up was missed for NHS number 943 476 5919.", "nhs_number"),
    ("We checked the chart of 485-777-3457 after the review.", "nhs_number"),
    ("Patient 9434765919 was seen twice in the emergency department.", "nhs_number"),
    ("The record (943\u00a0476\u00a05919) had no alert.", "nhs_number"),
    ("Child F, DOB 03/04/2019, was discussed in supervision.", "date_of_birth"),
    ("The case we audited, d.o.b 3/4/19, showed the gap.", "date_of_birth"),
    ("She was born on 3 April 2019 and known to us from birth.", "date_of_birth"),
    ("Date of birth: 3rd April 2019. Health visitor changed twice.", "date_of_birth"),
    ("Brother, aged 7 (12.11.2018), attends the same school.", "date_of_birth"),
    ("See crime reference 54240012345/2026 for the outcome.", "crime_reference"),
    ("Crime ref: 54210098765, no further action.", "crime_reference"),
    ("We reviewed CR/12345/26 with the officer.", "crime_reference"),
    ("Occurrence number 5226001234 was not shared with us.", "crime_reference"),
    ("The assessment is on LCS 1234567 and was signed off late.", "case_reference"),
    ("Case ref AB/20417 shows that the huddle script was used.", "case_reference"),
    ("Mosaic ID 884213 was opened again in June.", "case_reference"),
    ("Hospital number X402913: follow-up letter not sent.", "case_reference"),
    ("Heard in the family court as SN26C00123.", "case_reference"),
    ("The family live at 14 Cricklade Road, Swindon SN2 1AB.", "address"),
    ("Visit made to 27b Okebourne Park, Swindon, without an answer.", "address"),
)

HARDER_INNOCENT = (
    "Ring 485 777 3457 for the interpreter line.",
    "The order number 485 777 3456 has no check digit that fits.",
    "A handbook, ISBN 4857773457, was given to every team.",
    "Children born before 1 September 2022 and babies born on or after 1 April 2026 are offered the visit.",
    "Children aged 7 on 1 September 2026 were included.",
    "The date of birth field was added to SystmOne on 3 April 2026.",
    "Case numbers: 120 open, 14 closed; caseload number 18 per worker.",
    "Case study 3 and case file audit 2026 were used in training on 14/05/2026.",
    "Rapid review reference RR/2026/03, case reference SAR 2026/03.",
    "Case ref: to be removed from every return by 30 June 2026.",
    "Training venue: 12 High Street, Swindon SN1 3EX.",
    "Our office moved to Sanford House, 10 Sanford Street, Swindon SN1 1QQ.",
    "The care home at 12 Bath Road, Swindon SN1 4AS had its briefing.",
    "On 14 May Street outreach began, and 3 workers walk the estate on Fridays.",
    "In 2026 Cricklade Road, Swindon, was chosen for the pop-up stall.",
    "Give 10 20 30 minutes, as you see fit; me 10 20 30 a day.",
    "Dial 0800 123 4567, 0117 496 0123, 020 7946 0018 or 01632 960 983.",
    "Staff counts by ward: 12 34 56 78 90 and 46 52 61 70 88.",
    "We have 3 siblings groups down the road and 12 people on the way.",
    "Child F, aged 7, is the subject of the published review.",
    "Adults aged 18 to 25 in Swindon; Young People aged 14, from Swindon schools.",
    "Room 4, 2 Euclid Street, Swindon is booked for 10 December 2026.",
    "Families living in Swindon were briefed at the primary school, 4 Church Road, Swindon SN1 3AA.",
    "Key messages 1-4, slides 12/13/14, App E, B9, section 47 and section 11.",
    "",
    "No numbers here at all.",
)

HARDER_IDENTIFYING = (
    ("NHS no \uff19\uff14\uff13 \uff14\uff17\uff16 \uff15\uff19\uff11\uff19 was copied in", "nhs_number"),
    ("chart 943\u200b476\u200b5919 and others", "nhs_number"),
    ("seen at 12 14 943 476 5919", "nhs_number"),
    ("943\u2013476\u20135919", "nhs_number"),
    ("NHS number: 943 476 5910 (mistyped)", "nhs_number"),
    ("https://record.example/view?nhs_no=9434765919", "nhs_number"),
    ("943.476.5919", "nhs_number"),
    ("her NI number is QQ 12 34 56 C or AB123456C", "national_insurance_number"),
    ("Child AB dob03042019", "date_of_birth"),
    ("D.O.B. - 3-Apr-19", "date_of_birth"),
    ("(3 April 2019 DOB)", "date_of_birth"),
    ("Baby was born prematurely at Great Western Hospital on 3 April 2026", "date_of_birth"),
    ("2019-04-03 is his date of birth", "date_of_birth"),
    ("her seventh birthday, 3 April", "date_of_birth"),
    ("date of birth was recorded as April 3, 2019", "date_of_birth"),
    ("EDD 3/5/26", "date_of_birth"),
    ("attended under 54260012345 that night", "crime_reference"),
    ("police log 345 of 3 April 2026", "crime_reference"),
    ("West Midlands 20/123456/26", "crime_reference"),
    ("Niche ref no. 54260012345", "crime_reference"),
    ("liquidlogic id: 204417", "case_reference"),
    ("SystmOne number 1234567", "case_reference"),
    ("MRN 0042913", "case_reference"),
    ("court case number ZC26P01234", "case_reference"),
    ("https://mosaic.example/cases/204417", "case_reference"),
    ("unique pupil number A123456789012", "case_reference"),
    ("lives with his mum and two brothers at 14 cricklade road", "address"),
    ("14 cricklade rd swindon sn2 1ab", "address"),
    ("Flat 3, Rose Court, Swindon SN2 1AB", "address"),
    ("Rose Cottage, Church Lane, Bishopstone SN6 8PW", "address"),
    ("home postcode SN25 3EX", "address"),
    ("The team visited him at 14 Cricklade Road, Swindon", "address"),
    ("The ambulance took the boy from 8 Manor Close, Highworth to Great Western Hospital", "address"),
    ("14 Cricklade Road,\nSwindon\nSN2 1AB", "address"),
    ("J.S., aged 7, of Park North", "person"),
    ("Jamie Smith, aged 7, who attends Commonweal", "person"),
)


HELD_BACK_INNOCENT = (
    "Seven-minute briefing shared on 2 November 2026 with 212 staff; 180 opened it (84.9%).",
    "Contact Jane in the SSU on ext. 5634 or 01793 464 000.",
    "DARDR 2025/01 learning was covered alongside SCR Child L and the Adult K review.",
    "Training dates: 4/11/26, 18/11/26, 2/12/26 and 9.12.26 (all 9.30-12.30).",
    "Session at Steam Museum, Fire Fly Avenue, Swindon, SN2 2EY on 3 Feb 2027.",
    "We meet at Wat Tyler House, Beckhampton Street, Swindon SN1 2JG.",
    "Supervision audit: 18/20 files had a chronology, 14/20 had the voice of the child.",
    "Policy CP-12 v4.0 replaces v3.9; see section 5.2.1.",
    "Call our 24/7 line 0808 2000 247; Childline is 0800 1111; text 85258.",
    "The MASH took 1,482 contacts in Q2 and 1,390 in Q1.",
    "Children born in 2019 will start Year 3 in September 2026.",
    "All 0-19 nurses (46.5 wte) finished the e-learning, module 000-1234.",
    "Our training cost GBP 3450.00, PO 4500123456.",
    "Case audits were done in weeks 1-4; case no-shows fell from 30 to 12.",
    "Mosaic was updated on 12/10/2026 so that the prompt appears at the visit form.",
    "The MARAC rep attended 12 meetings between 01/04/2026 and 30/09/2026.",
    "We will re-audit 25 records in Q4 2026-27 and report on 11 March 2027.",
    "Police Operation Encompass: 310 notifications shared with 62 schools.",
    "Team moved to 2nd floor, Civic Campus, Euclid Street.",
    "Officer collar number 4123 attends our briefings.",
    "Staff survey: 7 out of 10 confident; 3 not; 943 476 responses overall.",
    "Housing officers for patches 10 to 14 Park North were briefed first.",
    "Drop-in at 5 Broadgreen Centre, Salisbury Street.",
    "Practitioners working with children aged 0-2 (12.5 per cent of caseload) were prioritised.",
    "Incident 12 of 2026 learning log was closed.",
    "The case number rose from 120 to 450 last year.",
    "Patient safety incident response plan 2026/27 now cites the review.",
    "Hospital discharge policy 1234 revised.",
    "Record keeping standard 14.2 was reissued on 1 May 2026.",
    "Liquidlogic release 23.4 includes the new field.",
    "RiO 10.2 went live; 1200 users trained by 12 October 2026.",
    "ICB reference QSG-2026-11 and NHSE letter PRN01234 were circulated.",
    "Contact 101 or 999 in an emergency. Report online, ref the poster.",
    "Given: 24 sessions, i.e. 36 hours, at GWH, SN3 6BB; Orbital, SN25 4AN; West Swindon, SN5 7DL.",
    "Court skills course on 12 January 2027: 14 places.",
    "Bus route 13 Cricklade Road, poster campaign, 3 weeks.",
    "NHS number is recorded on all 40 referrals; NHS numbers were checked in 38.",
    "Date of birth missing in 3 of 40 referrals in October 2026.",
    "Service user feedback: 45 forms, 31 positive.",
)

HELD_BACK_IDENTIFYING = (
    "We had contact with Ms T, 3 Savernake Street, Swindon, about this.",
    "Hosp no 00412377 attended ED three times",
    "Child's dob is 14.02.2021",
    "(dob:14/2/21)",
    "born 14th Feb 2021 at GWH",
    "crime number 54250099871 was NFA'd",
    "Police ref 54250099871",
    "Investor ref CR/54321/25",
    "Mosaic ref 1203344",
    "Liquid Logic no. 445566",
    "LCS ID: 445566",
    "SystmOne ID 778899001",
    "case number 2024-11873",
    "Case No: SN25C00345",
    "NHS: 401 023 2137",
    "nhs no 4010232137",
    "4010232137",
    "his address is 22 Manchester Road, Swindon, SN1 2AG",
    "22 Manchester Rd SN1 2AG",
    "they moved from 9 Ferndale Road to a refuge",
    "mother of Child F lives at Flat 12, Fleming Way",
    "Flat 4B, 17 Victoria Road, Swindon",
    "the mother, of 17 Victoria Road, was told",
    "NINO AB 12 34 56 C",
    "date of birth - 14 February 2021",
    "DOB 14 02 2021",
    "The boy (born 14/02/2021) was not brought",
    "14/02/2021 (dob)",
    "client ID 99812",
    "EHCP ref 5567/2021",
    "occurrence no. 5225012345",
    "occurrence 54250012345",
    "incident log 112 of 14/02/2026",
    "RiO number 7654321",
    "Patient ID: 7654321",
    "case reference number is 445566",
    "aged 5 years (14/02/2021)",
    "MRN: RN3-0099887",
    "PNC ID 21/123456A",
    "Child F (14/02/2021)",
)


@pytest.mark.parametrize("text", INNOCENT + HARDER_INNOCENT + HELD_BACK_INNOCENT)
def test_ordinary_text_is_not_asked_about(text: str) -> None:
    assert find(text) == ()


@pytest.mark.parametrize(("text", "kind"), IDENTIFYING + HARDER_IDENTIFYING)
def test_identifying_text_is_asked_about_as_what_it_is(text: str, kind: str) -> None:
    assert {finding.kind for finding in find(text)} == {kind}


@pytest.mark.parametrize("text", HELD_BACK_IDENTIFYING)
def test_further_identifying_text_is_asked_about(text: str) -> None:
    assert find(text)


def test_nothing_in_the_shipped_packs_is_asked_about() -> None:
    packs = sorted((Path(identifiable.__file__).parent / "packs").glob("*.toml"))
    assert packs
    for pack in packs:
        assert find(pack.read_text(encoding="utf-8")) == (), pack.name


@pytest.mark.parametrize(("text", "_kind"), IDENTIFYING)
def test_identifying_text_is_found_inside_a_long_answer(text: str, _kind: str) -> None:
    around = "Team meetings discussed the key messages, and 34 of 36 staff signed. "
    lead = around * 5
    findings = find(f"{lead}{text} {around * 5}")
    assert findings
    assert all(len(lead) <= finding.start < finding.end <= len(lead) + len(text) for finding in findings)


def test_a_finding_marks_the_text_as_it_was_written() -> None:
    text = "Seen: \uff19\uff14\uff13\u200b 476 5919, again."
    (finding,) = find(text)
    assert text[finding.start : finding.end] == "\uff19\uff14\uff13\u200b 476 5919"


def test_several_findings_come_in_reading_order_and_do_not_overlap() -> None:
    findings = find("Case ref 20417, DOB 03/04/2019, hospital number 943 476 5919, 14 Cricklade Road, Swindon")
    assert [finding.kind for finding in findings] == [
        "case_reference",
        "date_of_birth",
        "nhs_number",
        "address",
    ]
    assert all(one.end <= following.start for one, following in pairwise(findings))


def test_a_finding_holds_positions_only_so_that_it_may_be_logged() -> None:
    assert set(Finding.__dataclass_fields__) == {"kind", "start", "end"}
    assert "943" not in repr(find("NHS number 943 476 5919"))


@pytest.mark.parametrize("digit", "012345678")
def test_ten_digits_without_the_right_check_digit_are_no_nhs_number(digit: str) -> None:
    assert find(f"We ordered 943 476 591{digit} of them") == ()


def test_a_clue_is_never_passed_over_where_its_pattern_would_match() -> None:
    modules = (identifiable, identifiable_births, identifiable_references)
    held = [value for module in modules for value in vars(module).values()]
    nested = [each for value in held if isinstance(value, tuple) for each in (value, *value)]
    clues = [clue for clue in (*held, *nested) if isinstance(clue, Clue)]
    clues += [each[0] for each in nested if isinstance(each, tuple) and each and isinstance(each[0], Clue)]
    assert clues
    matched = 0
    for text in (*(text for text, _ in IDENTIFYING + HARDER_IDENTIFYING), *HELD_BACK_IDENTIFYING):
        read = plain(text)
        for clue in clues:
            if clue.pattern.search(read.text):
                matched += 1
                assert clue.may_match(read), (text, clue.hints)
    assert matched > len(IDENTIFYING)


def test_every_kind_is_described_in_plain_words() -> None:
    texts = (*IDENTIFYING, *HARDER_IDENTIFYING)
    kinds = {kind for _, kind in texts}
    assert {describe(kind) for kind in kinds} >= {"an NHS number", "a date of birth", "a home address"}
    assert all("_" not in describe(kind) for kind in kinds)
    assert len(identifiable._DETECTORS) == len(kinds)


HOSTILE = (
    "1",
    "1  ",
    "1 - ",
    "born ",
    "born at A ",
    "born At The On ",
    "dob - is ",
    "dob " + " " * 40,
    "case no no no ref ",
    "case ref A/1/1/1/1/1/1",
    "LCS ref ref: ",
    "1 Aa Aa Aa Aa ",
    "1 a b c d ",
    "1A-1 Aa'a.a-a ",
    "lives a b c d e ",
    "Flat 1 A ",
    "Rose Farm ",
    "AB 12 34 56 ",
    "aged 7 ( 3 April ",
    "A.B. aged 7 of ",
    "a.a.",
    "a@a.",
    "http://a/1 ",
    "www.",
    "\u200b1",
    "\uff11",
    " ",
    "9434765919 ",
    "14 Cricklade Road, Swindon SN2 1AB ",
    "January 1, ",
    "1/1/",
)


MOST_SECONDS = 2.0


def _seconds(text: str) -> float:
    best = float("inf")
    for _ in range(2):
        began = time.process_time()
        find(text)
        best = min(best, time.process_time() - began)
    return best


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_takes_time_in_step_with_its_length(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    short, long = _seconds(text[:5_000]), _seconds(text)
    assert long < 12 * short + 0.05
    assert long < MOST_SECONDS
