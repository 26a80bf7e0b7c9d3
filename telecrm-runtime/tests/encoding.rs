//! Tests of the encoded body of a lead.

#[allow(dead_code, reason = "each test crate uses its part")]
mod common;

use common::{Interests, TestAction, TestLead, Visit};
use telecrm_runtime::{
    Currency, Date, Lead, Number, Open, Payment, PaymentStatus, Rating, Text, amount, from_json,
    literal, money, number, phone, to_json,
};

#[test]
fn lead_with_only_an_identifier_sends_only_the_identifier() {
    let lead = TestLead::new(phone!("+919999999999"));
    assert_eq!(to_json(&lead), r#"{"fields":{"phone":"919999999999"}}"#);
    assert_eq!(to_json(&&lead), to_json(&lead));
    let lead: &dyn Lead = &lead;
    assert_eq!(to_json(lead), r#"{"fields":{"phone":"919999999999"}}"#);
}

/// Returns a lead with every field set.
fn full() -> TestLead {
    let mut lead = TestLead::new(phone!("919999999999"));
    lead.name = Some(Text::from("Jane \"J\" दोए"));
    lead.remark = Some(literal!(telecrm_runtime::BoundedText<0, 200>, ""));
    lead.interest = Some(Interests::RAndD);
    lead.interests = Some(vec![Interests::Vip, Interests::RAndD]);
    lead.kiosks = Some(vec![Interests::Vip.into(), Open::new_label("Kiosk")]);
    lead.deal_size = Some(number!(2.5));
    lead.budget = Some(money!("1500.50"));
    lead.rating = Some(Rating::FOUR);
    lead.follow_up_date = Date::from_unix_millis(1_777_609_800_000).ok();
    lead
}

#[test]
fn d01_d07_d09_every_type_is_sent_in_the_documented_form() {
    let mut lead = full();
    assert_eq!(
        to_json(&lead),
        concat!(
            r#"{"fields":{"phone":"919999999999","Full Name":"Jane \"J\" दोए","remark":"","#,
            r#""contact_source":"R & D","interests":["VIP","R & D"],"kiosks":["VIP","Kiosk"],"#,
            r#""deal_size":2.5,"budget":"1500.50","rating":4,"follow_up_date":1777609800000}}"#
        )
    );
    lead.deal_size = Some(Number::from(u64::MAX));
    assert!(to_json(&lead).contains(r#""deal_size":18446744073709551615,"#));
}

#[test]
fn d24_d26_actions_are_sent_in_order_and_created_on_only_if_set() {
    let mut lead = TestLead::new(phone!("919999999999"));
    lead.actions = vec![
        TestAction::Visit(Visit {
            note: Some("done".into()),
            created_on: Date::from_unix_millis(1).ok(),
        }),
        TestAction::Payment(Payment::new(PaymentStatus::Completed, Currency::Inr, amount!("5000"))),
        TestAction::Visit(Visit::default()),
    ];
    let expected = concat!(
        r#"{"fields":{"phone":"919999999999"},"actions":["#,
        r#"{"type":"ACTION_1001","fields":{"note":"done"},"created_on":1},"#,
        r#"{"type":"PAYMENT","status":"COMPLETED","currency":"INR","amount":"5000"},"#,
        r#"{"type":"ACTION_1001","fields":{}}]}"#
    );
    assert_eq!(to_json(&lead), expected);
    assert_eq!(serde_json::to_string(&lead).unwrap(), expected);
    assert_eq!(from_json::<TestLead>(expected), Ok(lead));
}

#[test]
fn lead_equals_its_clone_and_differs_if_one_field_differs() {
    let mut full = full();
    full.actions = vec![TestAction::Visit(Visit { note: Some("done".into()), created_on: None })];
    assert_eq!(full.clone(), full);
    assert_eq!(full.actions[0].clone(), full.actions[0]);
    assert_eq!(to_json(&full.clone()), to_json(&full));

    let changes: [fn(&mut TestLead); 8] = [
        |lead| lead.phone = phone!("918888888888"),
        |lead| lead.name = None,
        |lead| lead.remark = None,
        |lead| lead.interests = Some(vec![Interests::Vip]),
        // The same text on the wire, but a different value.
        |lead| lead.kiosks = Some(vec![Open::new_label("VIP")]),
        |lead| lead.deal_size = Some(number!(2.25)),
        |lead| lead.follow_up_date = None,
        |lead| lead.actions.clear(),
    ];
    for change in changes {
        let mut other = full.clone();
        change(&mut other);
        assert_ne!(other, full);
    }
    let visit = |note: &str, millis| Visit {
        note: Some(note.into()),
        created_on: Date::from_unix_millis(millis).ok(),
    };
    assert_eq!(visit("done", 1), visit("done", 1));
    assert_ne!(visit("done", 1), visit("done", 2));
    assert_ne!(visit("done", 1), visit("late", 1));
}

#[test]
fn debug_output_shows_the_set_fields_under_their_api_names() {
    let mut lead = TestLead::new(phone!("919999999999"));
    lead.rating = Some(Rating::FOUR);
    lead.interest = Some(Interests::RAndD);
    lead.actions = vec![TestAction::Visit(Visit::default())];
    assert_eq!(
        format!("{lead:?}"),
        "TestLead { phone: Phone(\"919999999999\"), contact_source: RAndD, rating: Rating(4), \
         actions: [Visit(Visit)] }"
    );
    let visit = Visit { note: Some("done".into()), created_on: Date::from_unix_millis(1).ok() };
    assert_eq!(
        format!("{visit:?}"),
        "Visit { note: Text(\"done\"), created_on: Date(1970-01-01T00:00:00.001Z) }"
    );
}
