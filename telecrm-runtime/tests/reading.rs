//! Tests of leads that are read from JSON or made from text.

#[allow(dead_code, reason = "each test crate uses its part")]
mod common;

use common::{Interests, TestAction, TestLead, Visit};
use proptest::prelude::*;
use telecrm_runtime::{
    Currency, Date, Money, Number, Open, ParseOptions, Payment, PaymentStatus, Rating, ReadError,
    Reason, SetError, SetErrors, Text, amount, from_json, parse_lead, parse_partial, phone,
    to_json,
};

#[test]
fn every_value_that_the_types_cannot_represent_is_a_misfit() {
    let parked = concat!(
        r#"{"fields":{"phone":"919999999999","interests":["VIP","vip"],"rating":9,"gone":1},"#,
        r#""actions":[{"type":"ACTION_9","fields":{}},{"type":"PAYMENT","status":"PAID","#,
        r#""currency":"INR","amount":"5","note":"x"},{"type":"ACTION_1001","fields":{"note":1,"x":2},"#,
        r#""created_on":"soon","by":"me"}],"source":"web"}"#
    );
    let error = from_json::<TestLead>(parked).unwrap_err();
    let mut paths: Vec<_> = error.misfits().iter().map(|misfit| misfit.path().to_owned()).collect();
    // `serde_json` determines the order of an object's keys, which depends on a feature.
    paths.sort_unstable();
    assert_eq!(
        paths,
        [
            "actions[0].type",
            "actions[1].note",
            "actions[1].status",
            "actions[2].by",
            "actions[2].created_on",
            "actions[2].fields.note",
            "actions[2].fields.x",
            "fields.gone",
            "fields.interests",
            "fields.rating",
            "source",
        ]
    );
    let of = |path: &str| error.misfits().iter().find(|misfit| misfit.path() == path).unwrap();
    assert!(of("fields.interests").reason().contains("did you mean `VIP`?"));
    assert_eq!(of("fields.rating").error().unwrap().reason(), Reason::NotARating);
    assert!(!error.to_string().contains("soon"), "{error}");
    for (parked, path) in [
        (r#"{"fields":{"name":"x"}}"#, "fields.phone"),
        (r#"{"fields":{"phone":"1"}}"#, "fields.phone"),
        (r#"{"fields":[]}"#, "fields"),
        (r#"{"fields":{"phone":"919999999999"},"actions":{}}"#, "actions"),
        ("[]", ""),
    ] {
        let error = from_json::<TestLead>(parked).unwrap_err();
        assert_eq!(error.misfits()[0].path(), path, "{parked}");
    }
    let error = from_json::<TestLead>("{\"fields\":").unwrap_err();
    assert!(matches!(error, ReadError::NotJson { line: 1, .. }));
}

#[test]
fn form_becomes_a_lead_with_a_default_country_and_time_zone() {
    let options = ParseOptions::new().country_code("91").unwrap();
    let options = options.utc_offset("+05:30").unwrap();
    let form = [
        ("Full Name", "Jane"),
        ("phone", "098765 43210"),
        ("follow_up_date", "01/05/2026 10:00"),
        ("rating", "4.0"),
        ("interests", "VIP, R & D"),
        ("budget", ""),
    ];
    let lead = parse_lead::<TestLead>(form, &options).unwrap();
    assert_eq!(
        to_json(&lead),
        concat!(
            r#"{"fields":{"phone":"919876543210","Full Name":"Jane","interests":["VIP","R & D"],"#,
            r#""rating":4,"follow_up_date":1777609800000}}"#
        )
    );
}

#[test]
fn all_errors_of_a_form_are_collected() {
    let form = [("Rating", "4"), ("rating", "9"), ("follow_up_date", "45123"), ("deal_size", "x")];
    let errors = parse_lead::<TestLead>(form, &ParseOptions::new()).unwrap_err();
    let found: Vec<_> = errors.iter().map(|error| (error.field(), error.id())).collect();
    assert_eq!(
        found,
        [
            ("phone", "D19"),
            ("Rating", "D18"),
            ("rating", "D13"),
            ("follow_up_date", "D37"),
            ("deal_size", "D01"),
        ]
    );
    assert_eq!(errors.iter().nth(2).unwrap().for_person(), "Choose 1, 2, 3, 4 or 5.");
    let errors = parse_lead::<TestLead>([("phone", "9876543210.0")], &ParseOptions::new());
    assert_eq!(errors.unwrap_err().first().unwrap().reason(), Some(Reason::Symbol));
}

#[test]
fn d43_valid_values_are_kept_and_the_others_are_errors() {
    let form = [("rating", "9"), ("phone", "919876543210"), ("Full Name", "Asha"), ("utm", "x")];
    let partial = parse_partial::<TestLead>(form, &ParseOptions::new()).unwrap();
    assert_eq!(to_json(&partial.lead), r#"{"fields":{"phone":"919876543210","Full Name":"Asha"}}"#);
    let ids: Vec<_> = (&partial.errors).into_iter().map(SetError::id).collect();
    assert_eq!((ids, partial.errors.len()), (vec!["D13", "D17"], 2));
    assert_eq!(
        partial.errors.to_string(),
        "the telecrm field `rating` was not set: not a telecrm rating: it is not one of the integers \
         1, 2, 3, 4, 5; write one of them\ntelecrm has no field `utm` here; the nearest \
         fields are `phone`, `remark`, `budget`; add a new field in telecrm, then run `cargo telecrm pull`"
    );
    let errors: Vec<SetError> = partial.errors.into_iter().collect();
    assert_eq!(errors.len(), 2);

    let valid = parse_partial::<TestLead>([("phone", "919876543210")], &ParseOptions::new());
    assert!(valid.unwrap().errors.is_empty());
}

#[test]
fn d43_lead_without_a_valid_identifier_is_an_error_with_all_problems() {
    for (phone, first) in [("", "D19"), ("  ", "D19"), ("12", "D04")] {
        let form = [("rating", "9"), ("phone", phone)];
        let errors = parse_partial::<TestLead>(form, &ParseOptions::new()).unwrap_err();
        let ids: Vec<_> = errors.iter().map(SetError::id).collect();
        assert_eq!(ids, [first, "D13"], "{phone:?}");
    }
}

#[test]
fn d44_placeholder_in_a_form_is_an_error_with_a_message_for_the_visitor() {
    let options = ParseOptions::new();
    let form = [("phone", "919876543210"), ("Full Name", "{{1.full_name}}"), ("remark", "null")];
    let partial = parse_partial::<TestLead>(form, &options).unwrap();
    assert_eq!(to_json(&partial.lead), r#"{"fields":{"phone":"919876543210"}}"#);
    assert_eq!(partial.errors, parse_lead::<TestLead>(form, &options).unwrap_err());
    let error = partial.errors.first().unwrap();
    assert_eq!(
        error.to_string(),
        "the telecrm field `Full Name` was not set: not a telecrm text: it is text that a program \
         wrote instead of a value, such as an unfilled template; fill the template, or leave the \
         field out if it has no value"
    );
    assert_eq!((error.id(), error.reason()), ("D44", Some(Reason::Placeholder)));
    assert_eq!(
        error.for_person(),
        "A program filled this in instead of you. Please type your answer."
    );
    let errors = parse_partial::<TestLead>([("phone", "{{phone_with_cc}}")], &options);
    assert_eq!(errors.unwrap_err().first().unwrap().id(), "D44");
}

#[test]
fn d44_placeholder_in_one_field_of_a_lead_or_an_action_is_an_error() {
    let mut lead = TestLead::new(phone!("919876543210"));
    for field in ["phone", "Full Name", "contact_source", "interests", "kiosks", "rating"] {
        assert_eq!(lead.set(field, "undefined").unwrap_err().id(), "D44", "{field}");
    }
    lead.set("Full Name", "Null").unwrap();
    lead.set("remark", "her form contains undefined").unwrap();
    let mut visit = Visit::new();
    assert_eq!(visit.set("note", "[object Object]").unwrap_err().id(), "D44");
}

#[test]
fn d44_typed_setters_and_values_accept_the_text_of_a_placeholder() {
    let lead = TestLead::new(phone!("919876543210")).name("undefined");
    assert_eq!(lead.name, Some(Text::from("undefined")));
    assert_eq!(from_json::<TestLead>(&to_json(&lead)), Ok(lead));
}

#[test]
fn errors_of_a_form_work_with_the_question_mark_operator() {
    fn read(phone: &str) -> Result<TestLead, Box<dyn std::error::Error + Send + Sync>> {
        Ok(parse_lead([("phone", phone)], &ParseOptions::new())?)
    }
    assert!(read("919876543210").is_ok());
    assert!(read("x").unwrap_err().downcast_ref::<SetErrors>().is_some());
}

#[test]
fn action_is_set_from_text_like_a_lead() {
    let mut visit = Visit::new();
    visit.set("note", "done").unwrap();
    assert_eq!(visit.note, Some(Text::from("done")));
    assert_eq!(visit.set("Note", "x").unwrap_err().id(), "D18");
}

fn any_lead() -> impl Strategy<Value = TestLead> {
    let text = proptest::option::of("\\PC*");
    let tags = proptest::option::of(proptest::collection::vec(
        prop_oneof![Just(Open::Listed(Interests::Vip)), "[a-z]{1,9}".prop_map(Open::new_label),],
        0..3,
    ));
    let number = proptest::option::of(prop_oneof![
        any::<i64>().prop_map(Number::from),
        any::<u64>().prop_map(Number::from),
        any::<f64>().prop_filter_map("finite", |float| Number::try_from(float).ok()),
    ]);
    let millis = Date::MIN.unix_millis()..=Date::MAX.unix_millis();
    let date =
        proptest::option::of(millis.prop_map(|millis| Date::from_unix_millis(millis).unwrap()));
    let rating =
        proptest::option::of((1..=5_u8).prop_map(|stars| Rating::try_from(stars).unwrap()));
    let action = prop_oneof![
        (text.clone(), date.clone()).prop_map(|(note, created_on)| {
            TestAction::Visit(Visit { note: note.map(Text::from), created_on })
        }),
        Just(TestAction::Payment(Payment::new(
            PaymentStatus::Refunded,
            Currency::Xof,
            amount!("0.50")
        ))),
    ];
    let actions = proptest::collection::vec(action, 0..4);
    (text, tags, number, any::<Option<i32>>(), rating, date, actions).prop_map(
        |(name, kiosks, deal_size, budget, rating, follow_up_date, actions)| TestLead {
            name: name.map(Text::from),
            kiosks,
            deal_size,
            budget: budget.map(Money::from),
            rating,
            follow_up_date,
            actions,
            ..TestLead::new(phone!("919999999999"))
        },
    )
}

proptest! {
    #[test]
    fn encoded_lead_is_read_back_unchanged(lead in any_lead()) {
        let parked = to_json(&lead);
        let read = from_json::<TestLead>(&parked);
        prop_assert_eq!(read.as_ref(), Ok(&lead));
        prop_assert_eq!(serde_json::to_string(&lead).unwrap(), parked);
    }

    #[test]
    fn no_json_panics(json in "[\\[\\]{}:,\"a-z0-9]*|\\PC*") {
        let _ = from_json::<TestLead>(&json);
    }
}
