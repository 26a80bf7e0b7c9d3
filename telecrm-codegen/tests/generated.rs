//! Snapshots of generated code, which this test also compiles and uses.

#![deny(warnings, missing_docs, unsafe_code, clippy::all, clippy::pedantic)]

use telecrm_codegen::Config;

/// The workspace of the compile-fail cases.
pub mod acme {
    include!("snapshots/generated__acme.snap.rs");
}

/// A second workspace in one crate.
pub mod globex {
    include!("snapshots/generated__globex.snap.rs");
}

/// A workspace with a text identifier.
pub mod tickets {
    include!("snapshots/generated__tickets.snap.rs");
}

/// Generated code in a module without a prelude, in a program that uses one setter.
mod no_prelude {
    #![deny(unreachable_pub)]
    #![no_implicit_prelude]

    mod crm {
        include!("snapshots/generated__acme.snap.rs");
    }

    pub(super) fn to_json() -> ::std::string::String {
        let lead = crm::Lead::new(::telecrm_runtime::phone!("919999999999")).name("Jane Doe");
        ::telecrm_runtime::to_json(&lead)
    }
}

/// A module with items that have the names of standard types.
///
/// The generated code does not use these items.
#[allow(dead_code, missing_docs, reason = "only the names matter")]
mod shadowed_names {
    pub(super) struct Option;
    pub(super) struct Vec;
    pub(super) struct Result;
    pub(super) struct String;
    pub(super) mod core {}
    pub(super) mod std {}
    pub(super) mod telecrm_runtime {}

    pub(super) mod generated {
        include!("snapshots/generated__tickets.snap.rs");
    }
}

macro_rules! snapshot {
    ($name:literal, unchecked) => {
        let yaml = include_str!(concat!("schemas/", $name, ".yaml"));
        let generated = Config::new().generate(yaml).expect("the schema is valid");
        insta::with_settings!({ omit_expression => true }, {
            insta::assert_binary_snapshot!(concat!($name, ".rs"), generated.code.into_bytes());
        });
    };
    ($name:literal) => {
        let yaml = include_str!(concat!("schemas/", $name, ".yaml"));
        let warnings = Config::new().generate(yaml).expect("the schema is valid").warnings;
        assert!(warnings.is_empty(), "{warnings:?}");
        snapshot!($name, unchecked);
    };
}

#[test]
fn acme_matches_its_snapshot() {
    snapshot!("acme");
}

#[test]
fn globex_matches_its_snapshot() {
    snapshot!("globex");
}

#[test]
fn tickets_matches_its_snapshot() {
    snapshot!("tickets");
}

/// Unusual names, labels and texts from real workspaces.
pub mod messy {
    include!("snapshots/generated__messy.snap.rs");
}

/// A workspace whose labels changed over time.
pub mod relabelled {
    include!("snapshots/generated__relabelled.snap.rs");
}

/// The first workspace in another order, with other display names.
pub mod acme_again {
    include!("snapshots/generated__acme_again.snap.rs");
}

#[test]
fn messy_matches_its_snapshot() {
    // Separate golden reports cover the warnings of this schema.
    snapshot!("messy", unchecked);
}

#[test]
fn relabelled_matches_its_snapshot() {
    snapshot!("relabelled");
}

#[test]
fn acme_again_matches_its_snapshot() {
    snapshot!("acme_again");
}

#[test]
fn every_field_type_and_action_is_encoded_for_telecrm() {
    use acme::actions::{QuoteSent, SiteVisit, site_visit};
    use acme::options::{City, ContactSource, Interests, Keywords, LostReason, Status};
    use telecrm_runtime::{
        ActiveUser, Currency, Date, Email, Money, Open, Payment, PaymentStatus, Rating, Website,
        amount, literal, media_link, number, phone,
    };

    let date = Date::from_unix_millis(1_764_547_200_000).expect("a day of 2025");
    let lead = acme::Lead::new(phone!("+919999999999"))
        .name("Jane \"JD\" Doe \u{1F393}")
        .email("jane.doe@example.com".parse::<Email>().expect("well-formed"))
        .remark(literal!(acme::texts::Remark, "हाँ"))
        .lead_source_id(String::from("S-1"))
        .contact_source(ContactSource::ColdCall)
        .city(Open::new_label("Nagpur"))
        .interests([Interests::Vip, Interests::Returning])
        .keywords([Open::<Keywords>::new_label("a, b")])
        .deal_size(number!(2.5))
        .budget("1500.50".parse::<Money>().expect("numeric"))
        .rating(Rating::FOUR)
        .follow_up_date(date)
        .website("https://example.com".parse::<Website>().expect("a URL"))
        .brochure(media_link!("https://example.com/b.pdf"))
        .owner("agent@example.com".parse::<ActiveUser>().expect("an address"))
        .status(Status::Contacted)
        .lost_reason(LostReason::PriceTooHigh)
        .action(
            SiteVisit::new()
                .note("Came by")
                .outcome(site_visit::Outcome::NotInterested)
                .created_on(date),
        )
        .action(QuoteSent::new().total(5000).pages(3_u8))
        .action(QuoteSent::new())
        .action(Payment::new(PaymentStatus::Completed, Currency::Inr, amount!("5000")));
    let expected = r#"{"fields":{"phone":"919999999999","name":"Jane \"JD\" Doe 🎓",
        "email":"jane.doe@example.com","remark":"हाँ","Lead Source Id":"S-1",
        "contact_source":"Cold Call","city":"Nagpur","interests":["VIP","Returning"],
        "keywords":["a, b"],"deal_size":2.5,"budget":"1500.50","rating":4,
        "follow_up_date":1764547200000,"website":"https://example.com",
        "brochure":"https://example.com/b.pdf","owner":"agent@example.com","status":"Contacted",
        "lost_reason":"Price too high"},"actions":[
        {"type":"ACTION_1001","fields":{"note":"Came by","outcome":"Not Interested"},
        "created_on":1764547200000},
        {"type":"ACTION_1002","fields":{"total":"5000","pages":3}},
        {"type":"ACTION_1002","fields":{}},
        {"type":"PAYMENT","status":"COMPLETED","currency":"INR","amount":"5000"}]}"#;
    assert_eq!(telecrm_runtime::to_json(&lead), expected.replace("\n        ", ""));
    assert_eq!(
        serde_json::to_string(&lead).expect("a lead can be serialised"),
        telecrm_runtime::to_json(&lead)
    );
    for city in City::ALL {
        assert_eq!(Open::from(*city).label(), city.label());
    }
}

#[test]
fn generated_code_works_without_a_prelude_and_next_to_shadowing_names() {
    let expected = r#"{"fields":{"phone":"919999999999","name":"Jane Doe"}}"#;
    assert_eq!(no_prelude::to_json(), expected);
    let ticket = telecrm_runtime::literal!(telecrm_runtime::NonBlankText, "T-1");
    let closed = shadowed_names::generated::actions::Closed::new();
    let lead = shadowed_names::generated::Lead::new(ticket).action(closed);
    assert_eq!(
        telecrm_runtime::to_json(&lead),
        r#"{"fields":{"ticket":"T-1"},"actions":[{"type":"ACTION_7","fields":{}}]}"#
    );
}

#[test]
fn setters_accept_options_of_values() {
    let name: Option<&str> = None;
    let outcome = Some(acme::actions::site_visit::Outcome::Interested);
    let lead = acme::Lead::new(telecrm_runtime::phone!("919999999999"))
        .name("Jane")
        .name(name)
        .deal_size(Some(5_i64))
        .interests(Some([acme::options::Interests::Vip]))
        .action(acme::actions::SiteVisit::new().outcome(outcome))
        .action(None::<acme::actions::QuoteSent>);
    assert_eq!(
        telecrm_runtime::to_json(&lead),
        r#"{"fields":{"phone":"919999999999","interests":["VIP"],"deal_size":5},"actions":[{"type":"ACTION_1001","fields":{"outcome":"Interested"}}]}"#
    );
}

#[test]
fn fields_are_set_from_text_by_api_name() {
    let mut lead = acme::Lead::new(telecrm_runtime::phone!("919999999999"));
    for (api_name, text) in [
        ("phone", "+918888888888"),
        ("name", "Jane"),
        ("Lead Source Id", "S-1"),
        ("contact_source", "Cold Call"),
        ("interests", "VIP, Returning"),
        ("deal_size", "2.5"),
        ("status", "Fresh"),
        ("city", "Nagpur"),
        ("budget", ""),
    ] {
        lead.set(api_name, text).unwrap_or_else(|error| panic!("{api_name}: {error}"));
    }
    assert_eq!(
        telecrm_runtime::to_json(&lead),
        r#"{"fields":{"phone":"918888888888","name":"Jane","Lead Source Id":"S-1","contact_source":"Cold Call","city":"Nagpur","interests":["VIP","Returning"],"deal_size":2.5,"status":"Fresh"}}"#
    );
    let before = lead.clone();
    for (api_name, text, expected) in [
        ("Contact_Source", "Website", "contact_source"),
        ("email", "jane", "email"),
        ("phone", " ", "phone"),
        ("status", "Old Enquiry", "archived"),
        ("lost_reason", "Lockdown", "archived"),
        ("contact_source", "website", "Website"),
    ] {
        let error = lead.set(api_name, text).expect_err(api_name).to_string();
        assert!(error.contains(expected), "{error}");
    }
    assert_eq!(lead, before, "a refused value changes no field");
}

#[test]
fn d15_d16_parsing_an_archived_label_reports_that_it_is_archived() {
    let status = "Old Enquiry".parse::<acme::options::Status>().expect_err("archived").to_string();
    assert!(status.contains("archived"), "{status}");
    let reason = "Lockdown".parse::<acme::options::LostReason>().expect_err("archived").to_string();
    assert!(reason.contains("archived"), "{reason}");
}

#[test]
fn d35_workspaces_that_accept_the_same_leads_have_the_same_fingerprint() {
    let [acme, again, globex] = [acme::WORKSPACE, acme_again::WORKSPACE, globex::WORKSPACE];
    assert_eq!(acme.fingerprint(), again.fingerprint());
    assert_ne!(acme.fingerprint(), globex.fingerprint());
}

#[test]
fn status_returns_its_stage() {
    use acme::options::Status;
    use telecrm_runtime::Stage;
    let stages: Vec<Stage> = Status::ALL.iter().map(|status| status.stage()).collect();
    assert_eq!(stages, [Stage::Open, Stage::Open, Stage::Won, Stage::Lost]);
}

#[test]
fn option_is_displayed_and_parsed_as_its_label() {
    for outcome in acme::actions::site_visit::Outcome::ALL {
        assert_eq!(outcome.to_string().parse(), Ok(*outcome));
        assert_eq!(format!("{outcome:?}"), ["Interested", "NotInterested"][*outcome as usize]);
    }
    assert_eq!(messy::options::Labels::_10Plus.label(), "10+");
    assert_eq!(messy::options::Labels::Rupees5_10Lakh.label(), "₹5–10 Lakh");
    assert_eq!(messy::options::Option2::Self_.label(), "Self");
    assert_eq!(messy::options::Option2::_010.label(), "010");
}

#[test]
fn constants_contain_the_api_names_of_fields() {
    use acme::fields;

    assert_eq!((fields::EMAIL, fields::LEAD_SOURCE_ID), ("email", "Lead Source Id"));
    let mut lead = acme::Lead::new(telecrm_runtime::phone!("919999999999"));
    lead.set(fields::REMARK, "calls after six").expect("a short text");
    let remark: Option<acme::texts::Remark> = lead.remark;
    assert_eq!(remark.expect("the field was set").as_str(), "calls after six");
    // Every field has a constant, even if the Rust name of the field is raw or has a prefix.
    assert_eq!((messy::fields::TYPE, messy::fields::_10TH_MARKS), ("type", "10th marks"));
    let of_schema =
        acme::WORKSPACE.field(fields::LEAD_SOURCE_ID).expect("the schema has the field");
    assert!(of_schema.is_locked());
}
