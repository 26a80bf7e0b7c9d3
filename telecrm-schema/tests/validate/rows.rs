//! Table of the detectable rows of the silent-drop catalogue: sent body, stored values, violations.

use serde_json::{Value, json};
use telecrm_schema::Schema;
use telecrm_schema::validate::Validator;

use super::{accept, validator};

const PHONE: &str = "919999999999";

/// Asserts the outcome of a body. `lead` is `{"fields": …, "actions": …}`, or null if telecrm drops the
/// lead; `violations` are pairs of path and id.
#[track_caller]
fn assert_accepted(validator: &Validator, body: &Value, lead: &Value, violations: &Value) {
    let found = validator.accept(body).expect("a request");
    let stored = found.lead.as_ref();
    let stored = stored.map(|lead| json!({ "fields": lead.fields, "actions": lead.actions }));
    assert_eq!(stored.unwrap_or_default(), *lead, "for {body}");
    let pairs = found.violations.iter().map(|violation| json!([violation.path, violation.rule]));
    assert_eq!(pairs.collect::<Value>(), *violations, "for {body}");
    for violation in &found.violations {
        let reason = &violation.reason;
        let has_advice = reason.contains("would have been kept");
        // Without a near name, an unknown field has no advice. A warning has no other value.
        let may_lack_advice = ["D17", "D44"].contains(&violation.rule.id());
        assert!(reason.contains(" sent") && (has_advice || may_lack_advice), "{reason}");
        assert_eq!(violation.is_warning(), violation.rule.id() == "D44");
    }
}

/// Returns the identifier together with other fields.
fn with_phone(fields: &Value) -> Value {
    let mut lead = json!({ "phone": PHONE });
    for (name, value) in fields.as_object().expect("fields of a row") {
        lead[name] = value.clone();
    }
    lead
}

/// Rows `name: fields sent with the identifier => fields stored, violations`.
macro_rules! fields {
    ($($name:ident: $sent:tt => $stored:tt, $violations:tt;)*) => {$(
        #[test]
        fn $name() {
            let body = json!({ "fields": with_phone(&json!($sent)) });
            let lead = json!({ "fields": with_phone(&json!($stored)), "actions": [] });
            assert_accepted(&validator(), &body, &lead, &json!($violations));
        }
    )*};
}

/// Rows `name: actions sent => actions stored, violations`.
macro_rules! actions {
    ($($name:ident: $sent:tt => $stored:tt, $violations:tt;)*) => {$(
        #[test]
        fn $name() {
            let body = json!({ "fields": { "phone": PHONE }, "actions": $sent });
            let lead = json!({ "fields": { "phone": PHONE }, "actions": $stored });
            assert_accepted(&validator(), &body, &lead, &json!($violations));
        }
    )*};
}

/// Rows `name: body => lead, violations`.
macro_rules! bodies {
    ($($name:ident: $body:tt => $lead:tt, $violations:tt;)*) => {$(
        #[test]
        fn $name() {
            assert_accepted(&validator(), &json!($body), &json!($lead), &json!($violations));
        }
    )*};
}

/// Rows `name: identifier field, its value => value stored or null, violations`.
macro_rules! identifiers {
    ($($name:ident: $field:literal, $sent:tt => $stored:tt, $violations:tt;)*) => {$(
        #[test]
        fn $name() {
            let yaml = format!("customFields: [{{ apiName: id, isLeadid: true, {} }}]", $field);
            let validator = Validator::new(&Schema::from_yaml(&yaml).expect("a good schema"));
            let lead = match json!($stored) {
                Value::Null => Value::Null,
                stored => json!({ "fields": { "id": stored }, "actions": [] }),
            };
            let body = json!({ "fields": { "id": $sent } });
            assert_accepted(&validator, &body, &lead, &json!($violations));
        }
    )*};
}

// Valid values are stored unchanged.
fields! {
    text: { "name": "Jane" } => { "name": "Jane" }, [];
    text_may_be_empty: { "name": "" } => { "name": "" }, [];
    text_may_be_any_unicode: { "नाम": "जेन 🎓\n" } => { "नाम": "जेन 🎓\n" }, [];
    email: { "email": "Jane.Doe@Example.com" } => { "email": "Jane.Doe@Example.com" }, [];
    phone_is_completed: { "alternate_phone": "+14155550100" } => { "alternate_phone": "14155550100" }, [];
    phone_without_country_code_gets_the_default: { "alternate_phone": "8888888888" } => { "alternate_phone": "918888888888" }, [];
    number_integer: { "deal_size": -5 } => { "deal_size": -5 }, [];
    number_decimal: { "deal_size": 2.5 } => { "deal_size": 2.5 }, [];
    date_in_milliseconds: { "follow_up_date": 1_767_225_600_000_u64 } => { "follow_up_date": 1_767_225_600_000_u64 }, [];
    date_before_1970: { "follow_up_date": -86_400_000_000_i64 } => { "follow_up_date": -86_400_000_000_i64 }, [];
    date_as_day: { "follow_up_date": "29/02/2024" } => { "follow_up_date": "29/02/2024" }, [];
    date_as_day_and_time: { "follow_up_date": "31/12/2024 23:59:59" } => { "follow_up_date": "31/12/2024 23:59:59" }, [];
    dropdown: { "contact_source": "₹5–10 Lakh" } => { "contact_source": "₹5–10 Lakh" }, [];
    dropdown_labels_that_differ_by_a_sign: { "contact_source": "A-" } => { "contact_source": "A-" }, [];
    tags: { "interests": ["10+", "VIP"] } => { "interests": ["10+", "VIP"] }, [];
    tags_may_be_empty: { "interests": [] } => { "interests": [] }, [];
    money: { "budget": "1500.50" } => { "budget": "1500.50" }, [];
    money_below_zero: { "budget": "-1" } => { "budget": "-1" }, [];
    website: { "website": "https://example.com/a?b#c" } => { "website": "https://example.com/a?b#c" }, [];
    medialink: { "marksheet": "http://example.com/a.pdf" } => { "marksheet": "http://example.com/a.pdf" }, [];
    active_users: { "counsellor": "agent@example.com" } => { "counsellor": "agent@example.com" }, [];
    rating: { "rating": 5 } => { "rating": 5 }, [];
    rating_with_a_point: { "rating": 4.0 } => { "rating": 4.0 }, [];
    status: { "status": "Enrolled" } => { "status": "Enrolled" }, [];
    lost_reason: { "lost_reason": "Price too high" } => { "lost_reason": "Price too high" }, [];
    api_names_are_case_sensitive: { "contact_source": "Referral", "Contact_Source": "a text" } => { "contact_source": "Referral", "Contact_Source": "a text" }, [];
    open_dropdown_takes_other_labels: { "city": "Nashik" } => { "city": "Nashik" }, [];
    open_tags_take_other_labels: { "hobbies": ["Chess", "Go"] } => { "hobbies": ["Chess", "Go"] }, [];
    skipped_field_takes_anything: { "internal_score": { "any": ["thing", null] } } => { "internal_score": { "any": ["thing", null] } }, [];
}

// D44: text that a program wrote instead of a value.
fields! {
    d44_unfilled_template_is_stored_with_a_warning: { "name": "{{name}}" } => { "name": "{{name}}" }, [["fields.name", "D44"]];
    d44_null_as_text: { "remark": "null" } => { "remark": "null" }, [["fields.remark", "D44"]];
    d44_object_as_text: { "Contact_Source": "[object Object]" } => { "Contact_Source": "[object Object]" }, [["fields.Contact_Source", "D44"]];
    d44_dropped_value_has_its_rule_too: { "email": "{{email}}" } => {}, [["fields.email", "D03"], ["fields.email", "D44"]];
    d44_open_label: { "city": "undefined" } => { "city": "undefined" }, [["fields.city", "D44"]];
    d44_open_tag: { "hobbies": ["Chess", "NULL"] } => { "hobbies": ["Chess", "NULL"] }, [["fields.hobbies", "D44"]];
    d44_skipped_field: { "internal_score": "NaN" } => { "internal_score": "NaN" }, [["fields.internal_score", "D44"]];
    d44_name_that_contains_such_a_word: { "name": "Nan undefined Goldin" } => { "name": "Nan undefined Goldin" }, [];
}
actions! {
    d44_text_of_a_program_in_an_action: [{ "type": "ACTION_1001", "fields": { "note": "undefined", "seats": "null" } }]
        => [{ "type": "ACTION_1001", "fields": { "note": "undefined" } }],
        [["actions[0].fields.note", "D44"], ["actions[0].fields.seats", "D24"], ["actions[0].fields.seats", "D44"]];
}

#[test]
fn d44_declared_label_is_not_a_placeholder() {
    let yaml = "customFields:
      - { apiName: phone, type: PHONE, isLeadid: true }
      - { apiName: plan, type: DROPDOWN, options: ['NULL', '{basic}'] }
      - { apiName: topics, type: TAGS, options: ['??'] }";
    let validator = Validator::new(&Schema::from_yaml(yaml).expect("a schema"));
    let body = json!({ "fields": { "phone": PHONE, "plan": "NULL", "topics": ["??"] } });
    assert!(validator.validate(&body).expect("a request").violations.is_empty());
    let body = json!({ "fields": { "phone": PHONE, "plan": "null" } });
    let found = validator.validate(&body).expect("a request");
    let ids: Vec<&str> = found.violations.iter().map(|violation| violation.rule.id()).collect();
    assert_eq!(ids, ["D06", "D44"]);
}

#[test]
fn d44_warning_is_marked_in_json_and_does_not_make_a_body_invalid() {
    let body = json!({ "fields": { "phone": PHONE, "name": "undefined" } });
    let found = validator().validate(&body).expect("a request");
    assert!(found.is_valid() && validator().is_valid(&body));
    let json = serde_json::to_value(&found.violations).expect("plain data");
    assert_eq!((&json[0]["code"], &json[0]["warning"]), (&json!("D44"), &json!(true)));
    let dropped = json!({ "fields": { "phone": "{{phone}}" } });
    let found = validator().validate(&dropped).expect("a request");
    let ids: Vec<&str> = found.violations.iter().map(|violation| violation.rule.id()).collect();
    assert_eq!((ids, found.identifier), (vec!["D04", "D44"], None));
}

#[test]
fn d17_without_a_near_name_has_no_advice() {
    let reason = |name: &str| {
        let body = json!({ "fields": { "phone": PHONE, name: ["VIP"] } });
        let found = validator().validate(&body).expect("a request").violations;
        found.first().map(|violation| violation.reason.clone()).unwrap_or_default()
    };
    let unknown = r#"the field "recaptcha" was sent; the workspace does not define it"#;
    assert_eq!(reason("recaptcha"), unknown);
    assert!(reason("interest").contains(r#"the key "interests" would have been kept"#));
}

// D01: wrong JSON types.
fields! {
    d01_number_for_a_text: { "name": 5 } => {}, [["fields.name", "D01"]];
    d01_text_for_a_number: { "deal_size": "1000" } => {}, [["fields.deal_size", "D01"]];
    d01_empty_text_for_a_number: { "deal_size": "" } => {}, [["fields.deal_size", "D01"]];
    d01_boolean_for_a_number: { "deal_size": true } => {}, [["fields.deal_size", "D01"]];
    d01_number_for_an_email: { "email": 5 } => {}, [["fields.email", "D01"]];
    d01_number_for_a_phone: { "alternate_phone": 8_888_888_888_u64 } => {}, [["fields.alternate_phone", "D01"]];
    d01_array_for_a_dropdown: { "contact_source": ["Website"] } => {}, [["fields.contact_source", "D01"]];
    d01_object_for_tags: { "interests": { "0": "VIP" } } => {}, [["fields.interests", "D01"]];
    d01_number_among_tags: { "interests": ["VIP", 5] } => {}, [["fields.interests", "D01"]];
    d01_boolean_for_money: { "budget": true } => {}, [["fields.budget", "D01"]];
    d01_array_for_a_website: { "website": ["https://example.com"] } => {}, [["fields.website", "D01"]];
    d01_object_for_a_medialink: { "marksheet": { "url": "https://example.com" } } => {}, [["fields.marksheet", "D01"]];
    d01_number_for_an_active_user: { "counsellor": 7 } => {}, [["fields.counsellor", "D01"]];
    d01_text_for_a_rating: { "rating": "5" } => {}, [["fields.rating", "D01"]];
    d01_object_for_a_date: { "follow_up_date": { "$date": 1 } } => {}, [["fields.follow_up_date", "D01"]];
    d01_number_for_a_status: { "status": 1 } => {}, [["fields.status", "D01"]];
    d01_number_for_a_lost_reason: { "lost_reason": 1 } => {}, [["fields.lost_reason", "D01"]];
    d01_null_for_a_text: { "name": null } => {}, [["fields.name", "D01"]];
    d01_null_for_every_other_type: {
        "budget": null, "contact_source": null, "deal_size": null, "email": null, "follow_up_date": null,
        "interests": null, "rating": null, "status": null,
    } => {}, [
        ["fields.budget", "D01"], ["fields.contact_source", "D01"], ["fields.deal_size", "D01"],
        ["fields.email", "D01"], ["fields.follow_up_date", "D01"], ["fields.interests", "D01"],
        ["fields.rating", "D01"], ["fields.status", "D01"],
    ];
}

// D03 to D05: malformed texts and dates.
fields! {
    d03_email_without_domain: { "email": "jane@example" } => {}, [["fields.email", "D03"]];
    d03_email_with_spaces_around: { "email": " jane@example.com" } => {}, [["fields.email", "D03"]];
    d03_empty_email: { "email": "" } => {}, [["fields.email", "D03"]];
    d04_phone_with_spaces: { "alternate_phone": "98765 43210" } => {}, [["fields.alternate_phone", "D04"]];
    d04_phone_with_symbols: { "alternate_phone": "+91-98765-43210" } => {}, [["fields.alternate_phone", "D04"]];
    d04_phone_with_trunk_0: { "alternate_phone": "09876543210" } => {}, [["fields.alternate_phone", "D04"]];
    d04_phone_too_short: { "alternate_phone": "1234567" } => {}, [["fields.alternate_phone", "D04"]];
    d04_phone_too_long: { "alternate_phone": "1234567890123456" } => {}, [["fields.alternate_phone", "D04"]];
    d04_empty_phone: { "alternate_phone": "" } => {}, [["fields.alternate_phone", "D04"]];
    d05_iso_date: { "follow_up_date": "2024-12-31" } => {}, [["fields.follow_up_date", "D05"]];
    d05_day_that_does_not_exist: { "Preferred Date": "30/02/2024" } => {}, [["fields.Preferred Date", "D05"]];
    d05_american_date: { "follow_up_date": "12/31/2024" } => {}, [["fields.follow_up_date", "D05"]];
    d05_milliseconds_as_text: { "follow_up_date": "1767225600000" } => {}, [["fields.follow_up_date", "D05"]];
    d05_half_a_millisecond: { "follow_up_date": 1.5 } => {}, [["fields.follow_up_date", "D05"]];
    d05_microseconds: { "follow_up_date": 1_767_225_600_000_000_u64 } => {}, [["fields.follow_up_date", "D05"]];
    d05_empty_date: { "follow_up_date": "" } => {}, [["fields.follow_up_date", "D05"]];
}

// D37: telecrm stores the instant, but in the wrong unit.
fields! {
    d37_seconds: { "follow_up_date": 1_769_904_000 } => { "follow_up_date": 1_769_904_000 }, [["fields.follow_up_date", "D37"]];
    d37_serial_day_of_a_spreadsheet: { "Preferred Date": 45_123 } => { "Preferred Date": 45_123 }, [["fields.Preferred Date", "D37"]];
    d37_zero: { "follow_up_date": 0 } => { "follow_up_date": 0 }, [["fields.follow_up_date", "D37"]];
    d37_below_zero: { "follow_up_date": -9_999_999_999_i64 } => { "follow_up_date": -9_999_999_999_i64 }, [["fields.follow_up_date", "D37"]];
    d37_ends_at_ten_to_the_tenth: { "follow_up_date": 10_000_000_000_u64 } => { "follow_up_date": 10_000_000_000_u64 }, [];
    d37_seconds_as_text_are_dropped: { "follow_up_date": "1769904000" } => {}, [["fields.follow_up_date", "D37"]];
}

actions! {
    d37_created_on_in_seconds: [{ "type": "ACTION_1001", "created_on": 1_769_904_000 }]
        => [{ "type": "ACTION_1001", "created_on": 1_769_904_000 }], [["actions[0].created_on", "D37"]];
    d37_date_of_an_action_in_seconds: [{ "type": "ACTION_1001", "fields": { "held_on": 1_769_904_000 } }]
        => [{ "type": "ACTION_1001", "fields": { "held_on": 1_769_904_000 } }], [["actions[0].fields.held_on", "D37"]];
}

// D06 to D08: labels. telecrm creates an unknown label and stores it.
fields! {
    d06_unknown_label_is_created: { "contact_source": "Billboard" } => { "contact_source": "Billboard" }, [["fields.contact_source", "D06"]];
    d06_label_in_another_case: { "contact_source": "website" } => { "contact_source": "website" }, [["fields.contact_source", "D06"]];
    d06_label_with_an_escaped_ampersand: { "contact_source": "R &amp; D" } => { "contact_source": "R &amp; D" }, [["fields.contact_source", "D06"]];
    d06_label_with_and_for_an_ampersand: { "contact_source": "R and D" } => { "contact_source": "R and D" }, [["fields.contact_source", "D06"]];
    d06_label_with_a_trailing_space: { "contact_source": "Website " } => { "contact_source": "Website " }, [["fields.contact_source", "D06"]];
    d06_empty_label_creates_nothing: { "contact_source": "" } => {}, [["fields.contact_source", "D06"]];
    d07_tags_as_one_text: { "interests": "VIP" } => {}, [["fields.interests", "D07"]];
    d07_tags_with_commas: { "interests": "VIP, Returning" } => {}, [["fields.interests", "D07"]];
    d07_empty_text_for_tags: { "interests": "" } => {}, [["fields.interests", "D07"]];
    d08_unknown_tag_is_created: { "interests": ["VIP", "New"] } => { "interests": ["VIP", "New"] }, [["fields.interests", "D08"]];
    d08_each_unknown_tag_counts: { "interests": ["vip", "New"] } => { "interests": ["vip", "New"] }, [["fields.interests", "D08"], ["fields.interests", "D08"]];
    d08_empty_tag_creates_nothing: { "interests": ["VIP", ""] } => { "interests": ["VIP"] }, [["fields.interests", "D08"]];
}

// D09 to D16, D30: the other types.
fields! {
    d09_money_as_number: { "budget": 1000 } => {}, [["fields.budget", "D09"]];
    d09_money_as_float: { "budget": 1500.5 } => {}, [["fields.budget", "D09"]];
    d10_money_with_separators: { "budget": "1,500" } => {}, [["fields.budget", "D10"]];
    d10_money_with_currency: { "budget": "₹1500" } => {}, [["fields.budget", "D10"]];
    d10_money_in_words: { "budget": "a lakh" } => {}, [["fields.budget", "D10"]];
    d10_money_with_exponent: { "budget": "1e3" } => {}, [["fields.budget", "D10"]];
    d10_empty_money: { "budget": "" } => {}, [["fields.budget", "D10"]];
    d11_website_without_scheme: { "website": "www.example.com" } => {}, [["fields.website", "D11"]];
    d11_website_without_host: { "website": "https:///path" } => {}, [["fields.website", "D11"]];
    d11_medialink_with_spaces: { "marksheet": "https://example.com/a b.pdf" } => {}, [["fields.marksheet", "D11"]];
    d11_medialink_of_another_scheme: { "marksheet": "file:///a.pdf" } => {}, [["fields.marksheet", "D11"]];
    d11_empty_website: { "website": "" } => {}, [["fields.website", "D11"]];
    d12_active_user_by_name: { "counsellor": "Ravi" } => {}, [["fields.counsellor", "D12"]];
    d12_empty_active_user: { "counsellor": "" } => {}, [["fields.counsellor", "D12"]];
    d13_rating_0: { "rating": 0 } => {}, [["fields.rating", "D13"]];
    d13_rating_6: { "rating": 6 } => {}, [["fields.rating", "D13"]];
    d13_rating_in_between: { "rating": 4.5 } => {}, [["fields.rating", "D13"]];
    d14_unknown_status: { "status": "Lukewarm" } => {}, [["fields.status", "D14"]];
    d14_status_in_another_case: { "status": "fresh" } => {}, [["fields.status", "D14"]];
    d14_empty_status: { "status": "" } => {}, [["fields.status", "D14"]];
    d15_archived_status: { "status": "Old Enquiry" } => {}, [["fields.status", "D15"]];
    d16_unknown_lost_reason: { "lost_reason": "Too far" } => {}, [["fields.lost_reason", "D16"]];
    d16_archived_lost_reason: { "lost_reason": "Lockdown" } => {}, [["fields.lost_reason", "D16"]];
    d16_empty_lost_reason: { "lost_reason": "" } => {}, [["fields.lost_reason", "D16"]];
    d30_text_at_its_limit_fits: { "remark": "छात्र" } => { "remark": "छात्र" }, [];
    d30_text_over_its_limit: { "remark": "123456" } => {}, [["fields.remark", "D30"]];
    d30_text_under_its_limit: { "pin": "12" } => {}, [["fields.pin", "D30"]];
}

#[test]
fn d13_rating_is_valid_in_every_json_notation() {
    for rating in ["4.0", "4", "4e0"] {
        let body = format!(r#"{{"fields":{{"phone":"9999999999","rating":{rating}}}}}"#);
        assert_eq!(accept(&serde_json::from_str(&body).expect("JSON")).violations, []);
    }
}

// D17, D18: unknown fields. telecrm stores the rest of the lead.
fields! {
    d17_unknown_field: { "shoe_size": 42, "name": "Jane" } => { "name": "Jane" }, [["fields.shoe_size", "D17"]];
    d17_empty_field_name: { "": 1 } => {}, [["fields.", "D17"]];
    d18_field_in_another_case: { "Name": "Jane" } => {}, [["fields.Name", "D18"]];
    d18_display_name_for_api_name: { "Follow Up Date": 0 } => {}, [["fields.Follow Up Date", "D18"]];
    d18_api_name_for_a_name_with_spaces: { "preferred_date": 0 } => {}, [["fields.preferred_date", "D18"]];
    d18_identifier_a_second_time: { "Phone": "918888888888" } => {}, [["fields.Phone", "D18"]];
}

// D19, D20, and a malformed identifier: telecrm drops the whole lead.
bodies! {
    d19_identifier_missing: { "fields": { "name": "Jane" } } => null, [["fields.phone", "D19"]];
    d19_no_fields_at_all: { "fields": {} } => null, [["fields.phone", "D19"]];
    d19_identifier_in_another_case: { "fields": { "Phone": "919999999999" } } => null, [["fields.phone", "D19"], ["fields.Phone", "D18"]];
    d20_identifier_empty: { "fields": { "phone": "" } } => null, [["fields.phone", "D20"]];
    d20_identifier_blank: { "fields": { "phone": " \t" } } => null, [["fields.phone", "D20"]];
    d01_identifier_as_number: { "fields": { "phone": 919_999_999_999_u64 } } => null, [["fields.phone", "D01"]];
    d01_identifier_null: { "fields": { "phone": null } } => null, [["fields.phone", "D01"]];
    d04_identifier_with_spaces: { "fields": { "phone": "+91 99999 99999" } } => null, [["fields.phone", "D04"]];
    d04_identifier_with_trunk_0: { "fields": { "phone": "09999999999" } } => null, [["fields.phone", "D04"]];
    dropped_lead_lists_its_other_violations_and_keeps_no_action: {
        "fields": { "deal_size": "1" },
        "actions": [{ "type": "ACTION_1001" }, { "type": "SYSTEM_NOTE" }],
        "source": "web",
    } => null, [
        ["fields.phone", "D19"], ["fields.deal_size", "D01"], ["actions[1].type", "D23"], ["source", "D29"],
    ];
}

// Valid values of actions are stored unchanged.
actions! {
    no_actions: [] => [], [];
    custom_action: [{ "type": "ACTION_1001", "fields": { "note": "a", "outcome": "Not Interested", "seats": 2 } }]
        => [{ "type": "ACTION_1001", "fields": { "note": "a", "outcome": "Not Interested", "seats": 2 } }], [];
    custom_action_without_fields: [{ "type": "ACTION_1002" }] => [{ "type": "ACTION_1002" }], [];
    custom_action_backdated: [{ "type": "ACTION_1001", "created_on": 1_767_225_600_000_u64 }]
        => [{ "type": "ACTION_1001", "created_on": 1_767_225_600_000_u64 }], [];
    payment: [{ "type": "PAYMENT", "status": "PROCESSING", "currency": "XOF", "amount": "0.01" }]
        => [{ "type": "PAYMENT", "status": "PROCESSING", "currency": "XOF", "amount": "0.01" }], [];
    actions_keep_their_order: [{ "type": "ACTION_1002" }, { "type": "SYSTEM_NOTE" }, { "type": "ACTION_1001" }, { "type": "ACTION_1002" }]
        => [{ "type": "ACTION_1002" }, { "type": "ACTION_1001" }, { "type": "ACTION_1002" }], [["actions[1].type", "D23"]];
}

// D22, D23: types that cannot be written.
actions! {
    d22_bare_code: [{ "type": "1001" }] => [], [["actions[0].type", "D22"]];
    d22_bare_code_as_number: [{ "type": 1001 }] => [], [["actions[0].type", "D22"]];
    d22_unknown_action: [{ "type": "ACTION_9999" }] => [], [["actions[0].type", "D22"]];
    d22_action_note: [{ "type": "ACTION_note" }] => [], [["actions[0].type", "D22"]];
    d22_action_upper_case_note: [{ "type": "ACTION_NOTE" }] => [], [["actions[0].type", "D22"]];
    d22_code_in_lower_case: [{ "type": "action_1001" }] => [], [["actions[0].type", "D22"]];
    d22_display_name: [{ "type": "Site Visit" }] => [], [["actions[0].type", "D22"]];
    d22_payment_in_lower_case: [{ "type": "payment" }] => [], [["actions[0].type", "D22"]];
    d22_no_type: [{ "fields": {} }] => [], [["actions[0].type", "D22"]];
    d22_action_is_not_an_object: ["ACTION_1001", null] => [], [["actions[0].type", "D22"], ["actions[1].type", "D22"]];
    d23_system_note: [{ "type": "SYSTEM_NOTE" }] => [], [["actions[0].type", "D23"]];
    d23_outgoing_call: [{ "type": "OUTGOING_CALL" }] => [], [["actions[0].type", "D23"]];
}

// D24: telecrm keeps the action without its invalid values. D25: it drops the action.
actions! {
    d24_unknown_field_of_an_action: [{ "type": "ACTION_1001", "fields": { "remark": "a", "note": "b" } }]
        => [{ "type": "ACTION_1001", "fields": { "note": "b" } }], [["actions[0].fields.remark", "D24"]];
    d24_field_in_another_case: [{ "type": "ACTION_1001", "fields": { "Note": "a" } }]
        => [{ "type": "ACTION_1001", "fields": {} }], [["actions[0].fields.Note", "D24"]];
    d24_wrong_type: [{ "type": "ACTION_1001", "fields": { "seats": "2" } }]
        => [{ "type": "ACTION_1001", "fields": {} }], [["actions[0].fields.seats", "D24"]];
    d24_malformed_value: [{ "type": "ACTION_1001", "fields": { "sent_to": "jane" } }]
        => [{ "type": "ACTION_1001", "fields": {} }], [["actions[0].fields.sent_to", "D24"]];
    d24_money_as_number: [{ "type": "ACTION_1001", "fields": { "fee": 5 } }]
        => [{ "type": "ACTION_1001", "fields": {} }], [["actions[0].fields.fee", "D24"]];
    d24_fields_are_not_an_object: [{ "type": "ACTION_1001", "fields": ["a"] }]
        => [{ "type": "ACTION_1001" }], [["actions[0].fields", "D24"]];
    d24_field_outside_fields: [{ "type": "ACTION_1001", "note": "a" }]
        => [{ "type": "ACTION_1001" }], [["actions[0].note", "D24"]];
    d06_unknown_label_in_an_action_is_created: [{ "type": "ACTION_1001", "fields": { "outcome": "interested" } }]
        => [{ "type": "ACTION_1001", "fields": { "outcome": "interested" } }], [["actions[0].fields.outcome", "D06"]];
    d08_unknown_tag_in_an_action_is_created: [{ "type": "ACTION_1001", "fields": { "topics": ["Fees", "Hostel"] } }]
        => [{ "type": "ACTION_1001", "fields": { "topics": ["Fees", "Hostel"] } }], [["actions[0].fields.topics", "D08"]];
    d25_created_on_of_an_action_that_may_not_be_backdated: [{ "type": "ACTION_1002", "created_on": 0 }]
        => [], [["actions[0].created_on", "D25"]];
    d25_created_on_of_a_payment: [{ "type": "PAYMENT", "status": "PENDING", "currency": "INR", "amount": "1", "created_on": 0 }]
        => [], [["actions[0].created_on", "D25"]];
    d05_created_on_in_another_format: [{ "type": "ACTION_1001", "created_on": "2024-01-31" }]
        => [{ "type": "ACTION_1001" }], [["actions[0].created_on", "D05"]];
    d24_fields_of_a_payment: [{ "type": "PAYMENT", "status": "PENDING", "currency": "INR", "amount": "1", "fields": {} }]
        => [{ "type": "PAYMENT", "status": "PENDING", "currency": "INR", "amount": "1" }], [["actions[0].fields", "D24"]];
}

// D26 to D28: telecrm drops the payment.
actions! {
    d26_payment_without_status: [{ "type": "PAYMENT", "currency": "INR", "amount": "1" }] => [], [["actions[0].status", "D26"]];
    d26_payment_without_currency: [{ "type": "PAYMENT", "status": "PENDING", "amount": "1" }] => [], [["actions[0].currency", "D26"]];
    d26_payment_without_amount: [{ "type": "PAYMENT", "status": "PENDING", "currency": "INR" }] => [], [["actions[0].amount", "D26"]];
    d27_amount_zero: [{ "type": "PAYMENT", "status": "PENDING", "currency": "INR", "amount": "0.00" }] => [], [["actions[0].amount", "D27"]];
    d27_amount_negative: [{ "type": "PAYMENT", "status": "PENDING", "currency": "INR", "amount": "-5" }] => [], [["actions[0].amount", "D27"]];
    d27_amount_not_numeric: [{ "type": "PAYMENT", "status": "PENDING", "currency": "INR", "amount": "5,000" }] => [], [["actions[0].amount", "D27"]];
    d27_amount_as_number: [{ "type": "PAYMENT", "status": "PENDING", "currency": "INR", "amount": 5000 }] => [], [["actions[0].amount", "D27"]];
    d28_unknown_status: [{ "type": "PAYMENT", "status": "completed", "currency": "INR", "amount": "1" }] => [], [["actions[0].status", "D28"]];
    d28_unknown_currency: [{ "type": "PAYMENT", "status": "PENDING", "currency": "EUR", "amount": "1" }] => [], [["actions[0].currency", "D28"]];
    d28_payment_with_every_value_wrong: [{ "type": "PAYMENT", "status": 1, "currency": null, "amount": "" }, { "type": "ACTION_1002" }]
        => [{ "type": "ACTION_1002" }], [["actions[0].status", "D28"], ["actions[0].currency", "D28"], ["actions[0].amount", "D27"]];
}

// D29: unknown top-level keys.
bodies! {
    d29_unknown_top_level_keys: {
        "fields": { "phone": "919999999999" }, "captcha": "x", "source": "web", "tags": ["VIP"],
    } => { "fields": { "phone": "919999999999" }, "actions": [] }, [
        ["captcha", "D29"], ["source", "D29"], ["tags", "D29"],
    ];
    d29_field_at_the_top_level: {
        "fields": { "phone": "919999999999" }, "name": "Jane",
    } => { "fields": { "phone": "919999999999" }, "actions": [] }, [["name", "D29"]];
}

// Blank labels (D06, D08): telecrm creates nothing from them, even in an open list.
fields! {
    d06_blank_label_of_an_open_dropdown: { "city": "\u{200b} " } => {}, [["fields.city", "D06"]];
    d08_blank_tag_of_open_tags: { "hobbies": ["Go", " "] } => { "hobbies": ["Go"] }, [["fields.hobbies", "D08"]];
    d08_invisible_tag: { "interests": ["\u{2060}"] } => { "interests": [] }, [["fields.interests", "D08"]];
    d38_padded_label_is_a_different_label: { "city": " Pune" } => { "city": " Pune" }, [];
}

// Identifiers of the other types.
identifiers! {
    email_identifier_is_trimmed: "type: EMAIL", "Jane@Example.com " => "Jane@Example.com", [];
    text_identifier_is_not_trimmed: "type: TEXT", "É-1 " => "É-1 ", [];
    d03_malformed_email_identifier: "type: EMAIL", "jane" => null, [["fields.id", "D03"]];
    d03_email_identifier_with_a_space: "type: EMAIL", "ja ne@example.com" => null, [["fields.id", "D03"]];
    d01_email_identifier_as_number: "type: EMAIL", 5 => null, [["fields.id", "D01"]];
    d01_text_identifier_as_number: "type: TEXT", 5 => null, [["fields.id", "D01"]];
    d20_empty_text_identifier: "type: TEXT", "" => null, [["fields.id", "D20"]];
    d20_blank_text_identifier: "type: TEXT", " \u{a0}" => null, [["fields.id", "D20"]];
}
