//! Tests of field values: text, JSON, and placeholders.

use serde_json::json;

use super::*;

fn read<T: FieldValue>(json: &serde_json::Value) -> Result<T, Reason> {
    let mut reason = None;
    let value = T::from_json(json, &mut |error| reason = Some(error.reason()));
    value.ok_or_else(|| reason.expect("a value that does not fit is reported"))
}

#[test]
fn values_are_read_from_each_json_type_that_telecrm_may_store() {
    assert_eq!(read(&json!("+919999999999")), Ok(phone!("919999999999")));
    assert_eq!(read(&json!("1000.00")), Ok(money!("1000.00")));
    assert_eq!(read(&json!(1000)), Ok(money!("1000")));
    assert_eq!(read(&json!(2.5)), Ok(Number::try_from(2.5).unwrap()));
    assert_eq!(read(&json!("2.5")), Ok(Number::try_from(2.5).unwrap()));
    assert_eq!(read(&json!(4.0)), Ok(Rating::FOUR));
    assert_eq!(read(&json!(45_123)), Ok(Date::from_unix_millis(45_123).unwrap()));
    assert_eq!(read(&json!("")), Ok(Text::from_static("")));
}

#[test]
fn d01_json_of_another_type_is_reported() {
    assert_eq!(read::<Phone>(&json!(919_999_999_999_u64)), Err(Reason::WrongType));
    assert_eq!(read::<Text>(&json!(5)), Err(Reason::WrongType));
    assert_eq!(read::<Money>(&json!(true)), Err(Reason::WrongType));
    assert_eq!(read::<Number>(&json!([1])), Err(Reason::WrongType));
    assert_eq!(read::<Rating>(&json!(6)), Err(Reason::NotARating));
    assert_eq!(read::<Date>(&json!(1.5)), Err(Reason::SpreadsheetDay));
    assert_eq!(read::<Email>(&json!("jane")), Err(Reason::NoAt));
}

fn rule<T: FieldValue>(text: &str) -> Option<&'static str> {
    read_text::<T>(text, &ParseOptions::new()).err().map(|error| error.id())
}

/// A list with labels that are placeholders in other fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Odd {
    Null,
    Unsure,
}

impl Labelled for Odd {
    const API_NAME: &'static str = "odd";
    const KIND: &'static str = "tags";
    const ALL: &'static [Self] = &[Self::Null, Self::Unsure];
    const ARCHIVED: &'static [&'static str] = &["NaN"];

    fn label(self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::Unsure => "??",
        }
    }
}

#[test]
fn d44_placeholder_is_an_error_in_every_type_of_field() {
    let rules = [
        rule::<Text>,
        rule::<BoundedText<0, 200>>,
        rule::<NonBlankText>,
        rule::<Email>,
        rule::<Phone>,
        rule::<Website>,
        rule::<MediaLink>,
        rule::<ActiveUser>,
        rule::<Money>,
        rule::<Number>,
        rule::<Rating>,
        rule::<Date>,
        rule::<Odd>,
        rule::<Open<Odd>>,
        rule::<Vec<Odd>>,
        rule::<Vec<Open<Odd>>>,
    ];
    for rule in rules {
        for text in ["null", "{{name}}", " undefined ", "<test lead: dummy data for x>"] {
            assert_eq!(rule(text), Some("D44"), "{text}");
        }
    }
    assert_eq!(rule::<Vec<Open<Odd>>>("VIP, undefined"), Some("D44"));
}

#[test]
fn d44_label_that_the_field_declares_is_not_a_placeholder() {
    let options = ParseOptions::new();
    assert_eq!(read_text("NULL", &options), Ok(Some(Odd::Null)));
    assert_eq!(read_text("??", &options), Ok(Some(Open::Listed(Odd::Unsure))));
    assert_eq!(read_text("??", &options), Ok(Some(vec![Odd::Unsure])));
    assert_eq!(read_text("NULL; ??", &options), Ok(Some(vec![Odd::Null, Odd::Unsure])));
    // The other errors of a label are more precise.
    let of = |text| read_text::<Odd>(text, &options).unwrap_err().reason();
    assert_eq!((of("NaN"), of(" NULL")), (Reason::ArchivedLabel, Reason::UnknownLabel));
}

#[test]
fn blank_text_unsets_a_field_and_is_an_error_for_an_identifier() {
    let options = ParseOptions::new();
    let mut name = Some(Text::from("John"));
    name.set_text("Jane", &options).unwrap();
    assert_eq!(name, Some("Jane".into()));
    name.set_text(" ", &options).unwrap();
    assert_eq!(name, None);
    let mut phone: Phone = "919999999999".parse().unwrap();
    let before = phone.clone();
    assert_eq!(phone.set_text("", &options).unwrap_err().reason(), Reason::Empty);
    phone.set_json(&json!(null), &mut |error| assert_eq!(error.reason(), Reason::WrongType));
    assert_eq!(phone, before);
}
