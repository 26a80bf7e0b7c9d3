//! One value against one field's type: what is kept, and what is wrong.

use std::borrow::Cow;

use serde_json::Value;

use super::{
    grammar,
    reason::{Fault, listed, quoted, shape},
};
use crate::{
    code::Code,
    country::CountryCode,
    rules::{Kind, Labels, Lifecycle},
};

/// What becomes of a value. Most are stored as they were sent, so nothing is copied here.
#[derive(Debug, PartialEq)]
pub(crate) struct Judgement<'a> {
    /// What telecrm stores; `None` where the value is dropped.
    pub(crate) kept: Option<Cow<'a, Value>>,
    /// What is wrong. A kept value has faults too: telecrm stores a label that it just created.
    pub(crate) faults: Vec<Fault>,
}

impl<'a> Judgement<'a> {
    /// As it was sent.
    fn keep(sent: &'a Value) -> Self {
        Self { kept: Some(Cow::Borrowed(sent)), faults: Vec::new() }
    }

    /// As telecrm writes it.
    fn keep_as(text: String) -> Self {
        Self { kept: Some(Cow::Owned(text.into())), faults: Vec::new() }
    }

    fn drop(code: Code, sent: &Value, rule: &str, kept: &str) -> Self {
        Self { kept: None, faults: vec![Fault::new(code, sent, rule, kept)] }
    }
}

/// Judges what was sent for a field of this type.
pub(crate) fn judge<'a>(sent: &'a Value, kind: &Kind, country: &CountryCode) -> Judgement<'a> {
    match (kind, sent) {
        (Kind::Unjudged, _) => Judgement::keep(sent),
        (Kind::Number, _) => number(sent),
        (Kind::Date, _) => date(sent),
        (Kind::Rating, _) => rating(sent),
        (Kind::Tags(labels), _) => tags(sent, labels),
        (Kind::Money, Value::Number(number)) => Judgement::drop(
            Code::D09,
            sent,
            "money is a numeric text, not a JSON number",
            &format!("the text \"{number}\""),
        ),
        (_, Value::String(text)) => string(text, sent, kind, country),
        _ => not_a_string(sent, kind),
    }
}

fn number(sent: &Value) -> Judgement<'_> {
    let kept = match sent {
        Value::Number(_) => return Judgement::keep(sent),
        Value::String(text) => bare_number(text),
        _ => None,
    };
    Judgement::drop(
        Code::D01,
        sent,
        "a number field takes a JSON number",
        &kept.unwrap_or_else(|| "a number such as 1000".to_owned()),
    )
}

/// `the number 5` for the text `"5"`.
fn bare_number(text: &str) -> Option<String> {
    let number: serde_json::Number = text.trim().parse().ok()?;
    Some(format!("the number {number}"))
}

fn date(sent: &Value) -> Judgement<'_> {
    const KEPT: &str = "Unix milliseconds such as 1767225600000";
    match sent {
        Value::Number(number) if grammar::unix_milliseconds(number) => Judgement::keep(sent),
        Value::Number(_) => Judgement::drop(
            Code::D05,
            sent,
            "a date as a number is whole Unix milliseconds within the years 1 to 9999",
            KEPT,
        ),
        Value::String(text) if grammar::date_text(text) => Judgement::keep(sent),
        Value::String(_) => Judgement::drop(
            Code::D05,
            sent,
            "a date as a text is a real day as dd/MM/yyyy or dd/MM/yyyy HH:mm:ss",
            KEPT,
        ),
        _ => Judgement::drop(
            Code::D01,
            sent,
            "a date field takes Unix milliseconds or a text as dd/MM/yyyy",
            KEPT,
        ),
    }
}

fn rating(sent: &Value) -> Judgement<'_> {
    const RULE: &str = "a rating is one of the JSON numbers 1, 2, 3, 4, 5";
    match sent {
        Value::Number(number) if grammar::rating(number) => Judgement::keep(sent),
        Value::Number(_) => Judgement::drop(Code::D13, sent, RULE, "a number from 1 to 5"),
        _ => Judgement::drop(Code::D01, sent, RULE, "a number from 1 to 5"),
    }
}

/// Anything but a JSON string, in a field whose values are strings.
fn not_a_string<'a>(sent: &'a Value, kind: &Kind) -> Judgement<'a> {
    let such_as = |example: &str| format!("a text such as \"{example}\"");
    let (name, kept) = match kind {
        Kind::Email => ("an email", such_as("jane.doe@example.com")),
        Kind::Phone => ("a phone", such_as("919999999999")),
        Kind::Money => ("a money", such_as("1000")),
        Kind::Website => ("a website", such_as("https://example.com")),
        Kind::MediaLink => ("a medialink", such_as("https://example.com")),
        Kind::ActiveUsers => ("an activeUsers", such_as("agent@example.com")),
        Kind::Dropdown(labels) => ("a dropdown", one_of(&labels.known)),
        Kind::Status(labels) => ("a status", one_of(&labels.active)),
        Kind::LostReason(labels) => ("a lost reason", one_of(&labels.active)),
        _ => ("a text", such_as("Jane Doe")),
    };
    let as_text = match sent {
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let kept = as_text
        .filter(|text| match kind {
            Kind::Text { .. } => true,
            Kind::Phone => grammar::phone(text),
            _ => false,
        })
        .map_or(kept, |text| meant(&text));
    Judgement::drop(Code::D01, sent, &format!("{name} field takes a JSON string"), &kept)
}

/// A JSON string in a field whose values are strings.
fn string<'a>(text: &str, sent: &'a Value, kind: &Kind, country: &CountryCode) -> Judgement<'a> {
    match kind {
        Kind::Text { min, max } => limited(text, sent, *min, *max),
        Kind::Phone if grammar::phone(text) => match country.complete(text) {
            same if same == text => Judgement::keep(sent),
            complete => Judgement::keep_as(complete.into_owned()),
        },
        Kind::Phone => Judgement::drop(
            Code::D04,
            sent,
            "a phone is 8 to 15 digits, the first not 0, perhaps after a `+`, without blanks or \
             symbols",
            &phone_meant(text),
        ),
        Kind::Email | Kind::ActiveUsers if grammar::email(text) => Judgement::keep(sent),
        Kind::Email => Judgement::drop(
            Code::D03,
            sent,
            "an email is local@domain.tld without blanks",
            &trimmed_or(text, grammar::email, "an address such as \"jane.doe@example.com\""),
        ),
        Kind::ActiveUsers => Judgement::drop(
            Code::D12,
            sent,
            "an active user is named by the email of a team member",
            &trimmed_or(text, grammar::email, "an address such as \"agent@example.com\""),
        ),
        Kind::Money if grammar::money(text) => Judgement::keep(sent),
        Kind::Money => Judgement::drop(
            Code::D10,
            sent,
            "money is digits, perhaps with a `-` before and a `.` and digits after, without \
             separators or a sign of currency, at most 32 characters",
            "a text such as \"1500.50\"",
        ),
        Kind::Website | Kind::MediaLink if grammar::url(text) => Judgement::keep(sent),
        Kind::Website | Kind::MediaLink => Judgement::drop(
            Code::D11,
            sent,
            "a link begins with http:// or https:// and a host, holds no blanks or characters \
             outside ASCII, and is at most 2,048 long",
            &trimmed_or(text, grammar::url, "a link such as \"https://example.com\""),
        ),
        Kind::Dropdown(labels) => option(text, sent, labels),
        Kind::Status(labels) if labels.is_active(text) => Judgement::keep(sent),
        Kind::Status(labels) => retired(text, sent, "status", labels),
        Kind::LostReason(labels) if labels.is_active(text) => Judgement::keep(sent),
        Kind::LostReason(labels) => retired(text, sent, "lost reason", labels),
        // `judge` has dealt with these.
        Kind::Number | Kind::Date | Kind::Rating | Kind::Tags(_) | Kind::Unjudged => {
            Judgement::keep(sent)
        }
    }
}

fn limited<'a>(text: &str, sent: &'a Value, min: Option<u32>, max: Option<u32>) -> Judgement<'a> {
    let length = text.chars().count();
    let characters = |limit: Option<u32>| limit.and_then(|limit| usize::try_from(limit).ok());
    let limit = match (characters(min), characters(max)) {
        (_, Some(max)) if length > max => format!("at most {max}"),
        (Some(min), _) if length < min => format!("at least {min}"),
        _ => return Judgement::keep(sent),
    };
    Judgement::drop(
        Code::D30,
        sent,
        &format!("it has {length} characters, and the field takes {limit}"),
        &format!("a text of {limit} characters"),
    )
}

fn option<'a>(label: &str, sent: &'a Value, labels: &Labels) -> Judgement<'a> {
    if labels.allows(label) {
        return Judgement::keep(sent);
    }
    let kept = labels.near(label).map_or_else(|| one_of(&labels.known), meant);
    if label.trim().is_empty() {
        let rule = "a dropdown takes an option's label";
        return Judgement::drop(Code::D06, sent, rule, &kept);
    }
    let faults = vec![created(Code::D06, sent, "option", &kept)];
    Judgement { kept: Some(Cow::Borrowed(sent)), faults }
}

/// telecrm stores the label, and the workspace has one more from now on.
fn created(code: Code, sent: &Value, what: &str, meant: &str) -> Fault {
    let reason = format!(
        "{} was sent; the field has no such {what} (labels match to the letter), so telecrm \
         created a new {what} and stored it; {meant} would have been kept without one",
        shape(sent)
    );
    Fault { code, reason, created: true }
}

fn tags<'a>(sent: &'a Value, labels: &Labels) -> Judgement<'a> {
    const RULE: &str = "a tags field takes a JSON array of texts";
    let items = match sent {
        Value::Array(items) => items,
        Value::String(text) => {
            let kept =
                if text.trim().is_empty() { "[]".into() } else { format!("[{}]", quoted(text)) };
            return Judgement::drop(Code::D07, sent, RULE, &format!("the array {kept}"));
        }
        _ => return Judgement::drop(Code::D01, sent, RULE, "an array such as [\"VIP\"]"),
    };
    let mut blank = false;
    let mut faults = Vec::new();
    for item in items {
        let Some(label) = item.as_str() else {
            return Judgement::drop(Code::D01, sent, RULE, "an array of texts alone");
        };
        if labels.allows(label) {
            continue;
        }
        let meant = labels.near(label).map_or_else(|| one_of(&labels.known), meant);
        if label.trim().is_empty() {
            blank = true;
            faults.push(Fault::new(Code::D08, item, "a tag is a label", &meant));
        } else {
            faults.push(created(Code::D08, item, "tag", &meant));
        }
    }
    let kept = if blank { Cow::Owned(without_blanks(items, labels)) } else { Cow::Borrowed(sent) };
    Judgement { kept: Some(kept), faults }
}

/// The tags of which something can be created, and those that are there.
fn without_blanks(items: &[Value], labels: &Labels) -> Value {
    let stays = |label: &str| labels.allows(label) || !label.trim().is_empty();
    items.iter().filter(|item| item.as_str().is_some_and(stays)).cloned().collect()
}

/// A label of the pipeline that is archived or unknown. Nothing is created here.
fn retired<'a>(label: &str, sent: &'a Value, what: &str, labels: &Lifecycle) -> Judgement<'a> {
    let archived = labels.is_archived(label);
    let code = match (what, archived) {
        ("status", true) => Code::D15,
        ("status", false) => Code::D14,
        _ => Code::D16,
    };
    let rule = if archived {
        format!("this {what} is archived, and only active ones can be set")
    } else {
        format!("the pipeline has no such {what} (labels match to the letter, case included)")
    };
    let kept = labels.near(label).map_or_else(|| one_of(&labels.active), meant);
    Judgement::drop(code, sent, &rule, &kept)
}

fn meant(label: &str) -> String {
    format!("the text {}", quoted(label))
}

fn one_of(labels: &[String]) -> String {
    match labels {
        [] => "no label at all (the schema lists none)".to_owned(),
        [only] => meant(only),
        _ => format!("one of {}", listed(labels)),
    }
}

/// The value without blanks around it where that fits, else an example.
fn trimmed_or(text: &str, fits: fn(&str) -> bool, example: &str) -> String {
    let trimmed = text.trim();
    if fits(trimmed) { meant(trimmed) } else { example.to_owned() }
}

/// What people usually mean by a phone that does not fit: its digits, without a trunk 0.
fn phone_meant(text: &str) -> String {
    let plus = if text.trim_start().starts_with('+') { "+" } else { "" };
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let candidate = format!("{plus}{}", digits.trim_start_matches('0'));
    let only_symbols_went = !text.chars().any(char::is_alphabetic);
    if only_symbols_went && grammar::phone(&candidate) {
        meant(&candidate)
    } else {
        "a text such as \"919999999999\"".to_owned()
    }
}
