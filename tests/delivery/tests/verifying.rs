//! D41: verification finds leads and values that telecrm queued and did not store as sent.

use std::time::{Duration, SystemTime};

use delivery_tests::actions::{DemoClass, SiteVisit};
use delivery_tests::options::{ContactSource, Course, Interests, Status};
use delivery_tests::{Gateway, Lead, WORKSPACE};
use telecrm_emulator::{Emulator, Faults};
use telecrm_runtime::sync::{self, ActionCheck, MismatchKind, Verification, VerifyPolicy};
use telecrm_runtime::{
    AsyncToken, Client, Currency, Date, Email, EnterpriseId, Error, Payment, PaymentStatus, Phone,
    PreparedLead, RateLimit, Rating, SyncToken, amount, email, media_link, money, phone, website,
};

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/workspace.yaml");

struct Stage {
    telecrm: Emulator,
    client: Client,
    sync: sync::Client,
}

/// A policy with a few reads within one second.
fn quick() -> VerifyPolicy {
    VerifyPolicy::default()
        .first_after(Duration::from_millis(20))
        .max_interval(Duration::from_millis(100))
        .window(Duration::from_millis(600))
}

impl Stage {
    async fn set(policy: VerifyPolicy) -> Self {
        let telecrm =
            Emulator::builder().schema_file(SCHEMA).hourly_limit(None).start().await.unwrap();
        let id = || EnterpriseId::parse(telecrm.enterprise_id()).unwrap();
        let client = Client::builder(id(), AsyncToken::parse(telecrm.async_token()).unwrap())
            .base_url(telecrm.url())
            .rate_limit(RateLimit::unlimited())
            .build()
            .unwrap();
        let sync = sync::Client::builder(id(), SyncToken::parse(telecrm.sync_token()).unwrap())
            .base_url(telecrm.sync_url())
            .reads_per_second(10_000)
            .verify_policy(policy)
            .build()
            .unwrap();
        Self { telecrm, client, sync }
    }

    async fn send(&self, lead: &Lead, faults: &[&str]) -> SystemTime {
        let script = faults.iter().map(|fault| Some(fault.parse().unwrap()));
        self.telecrm.set_faults(Faults::script(script));
        let before = SystemTime::now();
        self.client.send(lead).await.unwrap();
        before
    }
}

/// A lead with every field type and actions of each kind.
fn full(phone: Phone) -> Lead {
    Lead::new(phone)
        .name("Jane Doe")
        .email(email!("Jane.Doe@Example.com"))
        .remark("first call".parse::<delivery_tests::texts::Remark>().unwrap())
        .contact_source(ContactSource::ColdCall)
        .course(Course::Neet)
        .interests([Interests::Returning, Interests::Vip])
        .deal_size(2)
        .budget(money!("1000"))
        .rating(Rating::FOUR)
        .follow_up_date(Date::from_unix_millis(1_769_904_000_000).unwrap())
        .website(website!("https://example.com/"))
        .marksheet(media_link!("https://example.com/sheet.pdf"))
        .counsellor("Jane@Example.com".parse::<telecrm_runtime::ActiveUser>().unwrap())
        .status(Status::ALL[0])
        .action(SiteVisit::new().note("came"))
        .action(Payment::new(PaymentStatus::Completed, Currency::Inr, amount!("5000")))
        .action(
            DemoClass::new()
                .rating(Rating::FIVE)
                .created_on(Date::from_unix_millis(1_700_000_000_000).unwrap()),
        )
}

fn paths(verification: &Verification) -> Vec<(&str, MismatchKind)> {
    match verification {
        Verification::Mismatched(mismatches) => {
            mismatches.iter().map(|mismatch| (mismatch.path(), mismatch.kind())).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn d41_stored_lead_is_verified_and_dropped_fields_are_reported() {
    let stage = Stage::set(VerifyPolicy::once()).await;
    let lead = full(phone!("919999999999"));
    let before = stage.send(&lead, &[]).await;
    assert_eq!(stage.sync.verify(&lead, before).await.unwrap(), Verification::Verified);

    for field in WORKSPACE.fields().map(|field| field.api_name()) {
        let sent: serde_json::Value =
            serde_json::from_str(&telecrm_runtime::to_json(&lead)).unwrap();
        if field == "phone" || sent["fields"].get(field).is_none() {
            continue;
        }
        stage.telecrm.reset();
        let fault = format!("drop_field:{field}");
        let before = stage.send(&lead, &[&fault]).await;
        let verification = stage.sync.verify(&lead, before).await.unwrap();
        let path = format!("fields.{field}");
        assert_eq!(paths(&verification), [(path.as_str(), MismatchKind::Absent)]);
        let shown = format!("{verification:?}");
        for value in ["Jane", "example", "9999", "NEET", "1000"] {
            assert!(!shown.contains(value), "{shown}");
        }
    }
}

#[tokio::test]
async fn d41_lost_leads_lost_actions_and_overwritten_values_are_distinguished() {
    let stage = Stage::set(quick()).await;
    let lead = full(phone!("919999999999"));
    let before = stage.send(&lead, &["lose_lead"]).await;
    assert_eq!(stage.sync.verify(&lead, before).await.unwrap(), Verification::Missing);

    let before = stage.send(&lead, &["lose_actions"]).await;
    let verification = stage.sync.verify(&lead, before).await.unwrap();
    let absent = |path| (path, MismatchKind::Absent);
    assert_eq!(
        paths(&verification),
        [absent("actions[0]"), absent("actions[1]"), absent("actions[2]")]
    );

    // A user writes another value in the meantime.
    let before = stage.send(&lead, &[]).await;
    stage.send(&Lead::new(phone!("919999999999")).name("John"), &[]).await;
    let verification = stage.sync.verify(&lead, before).await.unwrap();
    assert_eq!(paths(&verification), [("fields.name", MismatchKind::Differs)]);
    let Verification::Mismatched(mismatches) = &verification else { panic!() };
    assert_eq!(
        (mismatches[0].sent(), mismatches[0].stored()),
        (&"Jane Doe".into(), Some(&"John".into()))
    );
    assert!(!mismatches[0].to_string().contains("John"));
}

#[tokio::test]
async fn d41_late_lead_is_verified_within_the_window_and_missing_after_it() {
    let stage = Stage::set(quick()).await;
    let lead = full(phone!("919999999999"));
    let before = stage.send(&lead, &["apply_after:200"]).await;
    assert_eq!(stage.sync.verify(&lead, before).await.unwrap(), Verification::Verified);
    let late = Lead::new(phone!("918888888888"));
    let before = stage.send(&late, &["apply_after:60000"]).await;
    assert_eq!(stage.sync.verify(&late, before).await.unwrap(), Verification::Missing);
    // Before a late update, the lead has the old values.
    let update = Lead::new(phone!("919999999999")).rating(Rating::ONE);
    let before = stage.send(&update, &["apply_after:60000"]).await;
    let verification = stage.sync.verify(&update, before).await.unwrap();
    assert_eq!(paths(&verification), [("fields.rating", MismatchKind::Differs)]);

    let once = Stage::set(VerifyPolicy::once()).await;
    let before = once.send(&late, &["apply_after:100"]).await;
    assert_eq!(once.sync.verify(&late, before).await.unwrap(), Verification::Missing);
}

#[tokio::test]
async fn d41_failed_read_is_an_error_and_never_missing() {
    let stage = Stage::set(quick()).await;
    let lead = full(phone!("919999999999"));
    let before = stage.send(&lead, &[]).await;
    let id = || EnterpriseId::parse(stage.telecrm.enterprise_id()).unwrap();
    let swapped =
        sync::Client::builder(id(), SyncToken::parse(stage.telecrm.async_token()).unwrap())
            .base_url(stage.telecrm.sync_url())
            .verify_policy(quick())
            .build()
            .unwrap();
    assert!(matches!(swapped.verify(&lead, before).await, Err(Error::Unauthorized)));
    let foreign = EnterpriseId::parse("zenith").unwrap();
    let foreign = sync::Client::builder(foreign, SyncToken::parse("t0ken").unwrap())
        .base_url(stage.telecrm.sync_url())
        .build()
        .unwrap();
    assert!(matches!(foreign.verify(&lead, before).await, Err(Error::WrongEnterprise { .. })));
}

#[tokio::test]
async fn d41_phone_in_another_format_is_found() {
    let stage = Stage::set(quick()).await;
    for phone in ["9999999999", "+919999999998", "919999999997"] {
        let lead = Lead::new(phone.parse::<Phone>().unwrap()).name("Jane");
        let before = stage.send(&lead, &[]).await;
        assert_eq!(
            stage.sync.verify(&lead, before).await.unwrap(),
            Verification::Verified,
            "{phone}"
        );
    }
    // Two formats of one number in one batch.
    let leads = ["9999999999", "919999999999"]
        .map(|phone| Lead::new(phone.parse::<Phone>().unwrap()).name("Jane"));
    let mut verifying = stage.sync.verify_all(leads, SystemTime::now());
    let mut count = 0;
    while let Some((_, result)) = verifying.next().await {
        assert_eq!(result.unwrap(), Verification::Verified);
        count += 1;
    }
    assert_eq!(count, 2);
}

#[tokio::test]
async fn d41_stored_body_is_verified_with_the_live_field_types() {
    let stage = Stage::set(quick()).await;
    let lead = full(phone!("919999999999")).email("jane@example.com".parse::<Email>().unwrap());
    let prepared = PreparedLead::new(&lead);
    let stored =
        PreparedLead::from_json(prepared.enterprise_id(), prepared.lead_key(), prepared.body())
            .unwrap();
    let before = SystemTime::now();
    stage.client.send_once(&stored).await.unwrap();
    let verification = stage.sync.verify(&stored, before).await.unwrap();
    assert_eq!(verification, Verification::Verified);
    let mut verifying = stage.sync.verify_all([&stored, &prepared], before);
    for _ in 0..2 {
        assert!(matches!(verifying.next().await, Some((_, Ok(Verification::Verified)))));
    }
    assert!(verifying.next().await.is_none());
}

#[tokio::test]
async fn d41_lead_with_its_own_time_is_verified_from_that_time() {
    let stage = Stage::set(VerifyPolicy::once()).await;
    let lead = Lead::new(phone!("919999999999")).action(SiteVisit::new().note("came"));
    let before = stage.send(&lead, &[]).await;
    let later = before + Duration::from_secs(600);
    assert_eq!(stage.sync.verify(&(&lead, before), later).await.unwrap(), Verification::Verified);
    let pairs = [(&lead, before), (&lead, later)];
    let mut outcomes = [None, None];
    let mut verifying = stage.sync.verify_all(pairs, SystemTime::UNIX_EPOCH);
    while let Some((position, result)) = verifying.next().await {
        outcomes[usize::try_from(position).unwrap()] = Some(result.unwrap());
    }
    assert_eq!(outcomes[0], Some(Verification::Verified));
    // telecrm's action is older than the second time.
    assert_eq!(paths(outcomes[1].as_ref().unwrap()), [("actions[0]", MismatchKind::Absent)]);
}

#[tokio::test]
async fn d41_content_of_actions_can_be_compared_among_many_leads() {
    let stage = Stage::set(VerifyPolicy::once()).await;
    let visit = || SiteVisit::new().note("came");
    let leads: Vec<Lead> = (0..3_u64)
        .map(|number| {
            let phone: Phone = format!("91{}", 7_000_000_000 + number).parse().unwrap();
            Lead::new(phone).action(visit())
        })
        .collect();
    let before = SystemTime::now();
    for lead in &leads {
        stage.send(lead, &[]).await;
    }
    let twice: Vec<Lead> = leads.iter().map(|lead| lead.clone().action(visit())).collect();
    let other: Vec<Lead> = leads
        .iter()
        .map(|lead| Lead::new(lead.phone.clone()).action(SiteVisit::new().note("left")))
        .collect();
    for (leads, check, differing) in [
        (&leads, ActionCheck::Count, None),
        (&other, ActionCheck::Presence, None),
        (&other, ActionCheck::Content, Some(("actions[0].fields.note", MismatchKind::Differs))),
        (&twice, ActionCheck::Content, None),
        (&twice, ActionCheck::Count, Some(("actions[1]", MismatchKind::Absent))),
    ] {
        let mut verifying = stage.sync.verify_all(leads, before).compare_actions(check);
        while let Some((position, result)) = verifying.next().await {
            let verification = result.unwrap();
            let context = format!("lead {position}, {check:?}");
            match differing {
                None => assert_eq!(verification, Verification::Verified, "{context}"),
                Some(mismatch) => assert_eq!(paths(&verification), [mismatch], "{context}"),
            }
        }
    }
}

#[tokio::test]
async fn d35_live_workspace_equals_the_compiled_one() {
    let stage = Stage::set(quick()).await;
    let drift = stage.sync.drift(WORKSPACE).await.unwrap();
    assert!(drift.is_empty() && !drift.is_breaking(), "{drift}");
}

/// Number of leads: 10,000 with `DELIVERY_TESTS=whole`, or the given number.
fn count() -> u64 {
    match std::env::var("DELIVERY_TESTS").as_deref() {
        Ok("whole") => 10_000,
        Ok(number) => number.parse().expect("`whole` or a number"),
        Err(_) => 600,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d41_lost_incomplete_and_late_leads_are_found_among_many() {
    let stage = Stage::set(quick()).await;
    let lead = |number: u64| {
        let phone: Phone = format!("91{}", 7_000_000_000 + number).parse().unwrap();
        let lead = Lead::new(phone).name(format!("Lead {number}")).deal_size(number);
        if number.is_multiple_of(2) { lead.action(SiteVisit::new().note("came")) } else { lead }
    };
    let before = SystemTime::now();
    for number in 0..count() {
        let fault: &[&str] = match number % 100 {
            0..3 => &["lose_lead"],
            3..6 => &["drop_field:deal_size"],
            6..9 => &["apply_after:1500"],
            _ => &[],
        };
        stage.send(&lead(number), fault).await;
    }
    let since = SystemTime::now();
    let gateway = Gateway::counting(stage.telecrm.url()).await.unwrap();
    // The late leads are stored by then.
    let window = since.duration_since(before).unwrap() + Duration::from_secs(4);
    let id = EnterpriseId::parse(stage.telecrm.enterprise_id()).unwrap();
    let sync = sync::Client::builder(id, SyncToken::parse(stage.telecrm.sync_token()).unwrap())
        .base_url(format!("{}/autoupdate/v2", gateway.url()))
        .reads_per_second(10_000)
        .verify_policy(quick().max_interval(Duration::from_secs(2)).window(window))
        .build()
        .unwrap();
    let mut verifying = sync.verify_all((0..count()).map(lead), before);
    let mut seen = 0;
    while let Some((position, result)) = verifying.next().await {
        seen += 1;
        match (position % 100, result.unwrap()) {
            (3..6, verification @ Verification::Mismatched(_)) => {
                assert_eq!(paths(&verification), [("fields.deal_size", MismatchKind::Absent)]);
            }
            (0..3, Verification::Missing) | (6.., Verification::Verified) => {}
            (_, other) => panic!("lead {position}: {other:?}"),
        }
    }
    assert_eq!(seen, count());
    // One request for 100 leads in each round, and one more for the action type: first for all leads, then,
    // every two seconds while the window is open, for nine leads in a hundred.
    let rounds = 2 + 4 / 2;
    let leads = count() + count() * 9 / 100 * rounds;
    let max = 2 * (leads * 12 / 1_000 + rounds);
    println!("{} leads, {} requests, at max {max}", count(), gateway.requests());
    assert!(gateway.requests() <= max, "{} requests, {max} expected", gateway.requests());
}

#[tokio::test]
async fn stored_fields_are_read_into_the_generated_types() {
    let stage = Stage::set(quick()).await;
    let mut lead = full(phone!("919999999999"));
    stage.send(&lead, &[]).await;
    let search = sync::Search::new().field("phone", "919999999999");
    let stored = stage.sync.search(&search).await.unwrap().leads.remove(0);
    let typed = stored.typed::<Lead>().unwrap();
    lead.actions.clear();
    assert_eq!((typed.lead, typed.misfits), (lead.clone(), Vec::new()));

    // Values that the types cannot represent are reported, and the others are read.
    let mut odd = stored;
    odd.fields.insert("status".to_owned(), "Old Enquiry".into());
    odd.fields.insert("interests".to_owned(), serde_json::json!(["VIP", "Jane's own"]));
    odd.fields.insert("internal".to_owned(), "Jane".into());
    let typed = odd.typed::<Lead>().unwrap();
    assert_eq!(typed.lead.name, lead.name);
    assert_eq!((typed.lead.status, typed.lead.interests), (None, Some(vec![Interests::Vip])));
    let paths: Vec<_> = typed.misfits.iter().map(sync::Misfit::path).collect();
    assert_eq!(paths.len(), 3, "{paths:?}");
    for path in ["fields.status", "fields.interests", "fields.internal"] {
        assert!(paths.iter().any(|found| found.starts_with(path)), "{paths:?}");
    }
    assert!(!format!("{:?}", typed.misfits).contains("Jane"), "{:?}", typed.misfits);
    odd.fields.remove("phone");
    assert!(matches!(odd.typed::<Lead>(), Err(Error::UnexpectedResponse { .. })));
}
