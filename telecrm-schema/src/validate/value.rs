//! Validation of one value against one field: the stored form, the faults and the suggestion.

use serde_json::{Number, Value};

use super::{
    behavior::{Behaviors, EmptyText, LongText, NullValue, PlusSign, TrunkZero},
    date,
    drop_rule::DropRule,
    grammar,
    json::Json,
    own_limit,
    phone::CountryCode,
    rules::{FieldRule, Rules},
    violation::{Fault, Suggestion},
    words::{advice, listed, one_of},
};
use crate::field_type::FieldType;

/// The form in which telecrm stores a value.
#[derive(Debug, PartialEq)]
pub(super) enum Stored {
    /// The value that was sent.
    AsSent,
    /// A different value.
    As(Json<'static>),
    /// The value is dropped.
    Dropped,
}

/// A field that values are checked against.
#[derive(Clone, Copy, Debug)]
pub(super) struct Check<'c> {
    pub(super) field: &'c FieldRule,
    country: &'c CountryCode,
    pub(super) behaviors: Behaviors,
    /// Whether to look for suggestions. `false` while a suggestion itself is checked.
    advise: bool,
}

impl<'c> Check<'c> {
    pub(super) fn new(field: &'c FieldRule, rules: &'c Rules) -> Self {
        Self { field, country: &rules.country, behaviors: rules.behaviors, advise: true }
    }

    /// Checks in the form in which telecrm compares values, which never contains a `+`.
    pub(super) fn comparing(mut self) -> Self {
        self.behaviors.plus_sign = PlusSign::Strip;
        self
    }

    /// Checks the value of a lead's field. The stored lead decides about `""` and `null` if one of them is a
    /// value for telecrm.
    pub(super) fn of_lead(self, sent: &Json<'_>, faults: &mut Vec<Fault>) -> Stored {
        let is_value = match sent {
            Json::Null => self.behaviors.null != NullValue::Keep,
            Json::Text(text) if text.is_empty() => {
                self.behaviors.empty_text != EmptyText::Keep && self.field.takes_texts()
            }
            _ => false,
        };
        if is_value { Stored::AsSent } else { self.run(sent, faults) }
    }

    /// Checks the value that was sent.
    ///
    /// A stored value may have faults too: telecrm creates an unknown label and stores it.
    pub(super) fn run(self, sent: &Json<'_>, faults: &mut Vec<Fault>) -> Stored {
        let Some(field_type) = &self.field.field_type else { return Stored::AsSent };
        let fault = match (field_type, sent) {
            (FieldType::Number, Json::Number(_)) => return Stored::AsSent,
            (FieldType::Number, _) => {
                self.fault(DropRule::WrongType, sent, "a number field takes a JSON number", || {
                    exact_number(sent.as_str()?)
                })
            }
            (FieldType::Rating, _) => match rating(self, sent) {
                None => return Stored::AsSent,
                Some(fault) => fault,
            },
            (FieldType::Date, _) => match date::check(sent) {
                None => return Stored::AsSent,
                Some(bad) => {
                    let fault = self.fault(bad.rule, sent, &bad.text, || bad.meant);
                    if bad.is_stored {
                        faults.push(fault.stored());
                        return Stored::AsSent;
                    }
                    fault
                }
            },
            (FieldType::Tags(_), _) => return self.tags(sent, faults),
            (FieldType::Money, Json::Number(number)) => self.fault(
                DropRule::MoneyAsNumber,
                sent,
                "money is a numeric text, not a JSON number",
                || Some(number.to_string().into()),
            ),
            (_, Json::Text(text)) => return self.text(field_type, text, sent, faults),
            _ => self.not_a_text(field_type, sent),
        };
        faults.push(fault);
        Stored::Dropped
    }

    /// Creates a fault of this field's value.
    ///
    /// Suggests `meant` if the field accepts it without a fault; otherwise names an example.
    pub(super) fn fault(
        self,
        rule: DropRule,
        sent: &Json<'_>,
        text: &str,
        meant: impl FnOnce() -> Option<Value>,
    ) -> Fault {
        match self.checked(meant) {
            Some((value, shown)) => {
                Fault::new(rule, sent, text, &shown).suggesting(Suggestion::Replace(value))
            }
            None => Fault::new(rule, sent, text, &self.example()),
        }
    }

    /// Returns the intended value and its text, if the field accepts the value.
    ///
    /// Returns `None` if the text is too long.
    pub(super) fn checked(self, meant: impl FnOnce() -> Option<Value>) -> Option<(Value, String)> {
        let value = if self.advise { meant()? } else { return None };
        let shown = advice(&value)?;
        self.accepts(&(&value).into()).then_some((value, shown))
    }

    /// Returns whether the field accepts a value without a fault.
    pub(super) fn accepts(self, value: &Json<'_>) -> bool {
        let mut faults = Vec::new();
        Self { advise: false, ..self }.run(value, &mut faults);
        faults.is_empty()
    }

    /// Describes a valid value, when the intended value is unknown.
    pub(super) fn example(self) -> String {
        let text = |example: &str| format!("a text such as \"{example}\"");
        let active = &self.field.labels.active;
        match &self.field.field_type {
            None => "any value".to_owned(),
            Some(FieldType::Number) => "a number such as 1000".to_owned(),
            Some(FieldType::Rating) => "a number from 1 to 5".to_owned(),
            Some(FieldType::Date) => "Unix milliseconds such as 1767225600000".to_owned(),
            Some(FieldType::Email) => "an address such as \"jane.doe@example.com\"".to_owned(),
            Some(FieldType::ActiveUsers) => "an address such as \"agent@example.com\"".to_owned(),
            Some(FieldType::Phone) => text("919999999999"),
            Some(FieldType::Money) => text("1500.50"),
            Some(FieldType::Website | FieldType::MediaLink) => {
                "a link such as \"https://example.com\"".to_owned()
            }
            Some(FieldType::Tags(_)) => match active.first() {
                Some(label) => format!("an array such as [{}]", listed(&[label])),
                None => "an empty array".to_owned(),
            },
            Some(FieldType::Dropdown(_) | FieldType::Status | FieldType::LostReason) => {
                one_of(active)
            }
            Some(FieldType::Text(length)) => match (length.min, length.max) {
                (None, None) => text("Jane Doe"),
                (Some(min), None) => format!("a text of at least {min} characters"),
                (None, Some(max)) => format!("a text of at most {max} characters"),
                (Some(min), Some(max)) => format!("a text of {min} to {max} characters"),
            },
        }
    }

    /// Returns a phone as telecrm reads it.
    fn without_trunk_zero(self, phone: &str) -> &str {
        match self.behaviors.trunk_zero {
            TrunkZero::Strip => phone.strip_prefix('0').unwrap_or(phone),
            TrunkZero::Drop => phone,
        }
    }

    /// Returns the fault of a value that is not a string, in a field whose values are strings.
    fn not_a_text(self, field_type: &FieldType, sent: &Json<'_>) -> Fault {
        let name = match field_type {
            FieldType::Email => "an email",
            FieldType::Phone => "a phone",
            FieldType::Money => "a money",
            FieldType::Website => "a website",
            FieldType::MediaLink => "a medialink",
            FieldType::ActiveUsers => "an activeUsers",
            FieldType::Dropdown(_) => "a dropdown",
            FieldType::Status => "a status",
            FieldType::LostReason => "a lost reason",
            _ => "a text",
        };
        let rule = format!("{name} field takes a JSON string");
        self.fault(DropRule::WrongType, sent, &rule, || {
            let Json::Number(number) = sent else { return None };
            match field_type {
                FieldType::Phone => self.country.normalize(&number.to_string()).map(Value::from),
                _ => Some(number.to_string().into()),
            }
        })
    }

    /// Checks a string, in a field whose values are strings.
    fn text(
        self,
        field_type: &FieldType,
        text: &str,
        sent: &Json<'_>,
        faults: &mut Vec<Fault>,
    ) -> Stored {
        let trimmed = || Some(text.trim().into());
        let rule = |grammar: &str| {
            own_limit::exceeded(field_type, text).unwrap_or_else(|| grammar.to_owned())
        };
        let fault = match field_type {
            FieldType::Text(length) => match too_long_or_short(text, length.min, length.max) {
                None => return Stored::AsSent,
                Some(rule) => {
                    let fault = self.fault(DropRule::TextLength, sent, &rule, || None);
                    match self.behaviors.long_text {
                        LongText::Cut if is_over(text, length.max) => {
                            faults.push(fault.stored());
                            return Stored::As(Json::Text(cut(text, length.max).into()));
                        }
                        _ => fault,
                    }
                }
            },
            FieldType::Phone if grammar::phone(self.without_trunk_zero(text)) => {
                let number = self.without_trunk_zero(text);
                let complete = self.country.complete(number);
                let keeps_plus = self.behaviors.plus_sign == PlusSign::Keep;
                if complete == text || keeps_plus && text.starts_with('+') {
                    return Stored::AsSent;
                }
                return Stored::As(Json::Text(complete.into_owned().into()));
            }
            FieldType::Phone => self.fault(
                DropRule::MalformedPhone,
                sent,
                &rule(
                    "a phone is an optional `+` and digits that do not start with 0, without spaces \
                     or symbols",
                ),
                || self.country.normalize(text).map(Value::from),
            ),
            FieldType::Email | FieldType::ActiveUsers if grammar::email(text) => {
                return Stored::AsSent;
            }
            FieldType::Email => self.fault(
                DropRule::MalformedEmail,
                sent,
                &rule("an email is local@domain.tld without spaces"),
                trimmed,
            ),
            FieldType::ActiveUsers => self.fault(
                DropRule::MalformedActiveUser,
                sent,
                &rule("an active user is the email of a team member"),
                trimmed,
            ),
            FieldType::Money if grammar::money(text) => return Stored::AsSent,
            FieldType::Money => self.fault(
                DropRule::MalformedMoney,
                sent,
                &rule(
                    "money is an optional `-` and digits, with an optional `.` and more digits, \
                     without separators or a currency sign",
                ),
                trimmed,
            ),
            FieldType::Website | FieldType::MediaLink if grammar::url(text) => {
                return Stored::AsSent;
            }
            FieldType::Website | FieldType::MediaLink => self.fault(
                DropRule::MalformedUrl,
                sent,
                &rule(
                    "a link starts with http:// or https:// and a host, and contains only ASCII \
                     without spaces",
                ),
                trimmed,
            ),
            FieldType::Dropdown(_) => return self.dropdown(text, sent, faults),
            FieldType::Status | FieldType::LostReason => {
                match self.pipeline_label(field_type, text, sent) {
                    None => return Stored::AsSent,
                    Some(fault) => fault,
                }
            }
            // `run` handles the other types.
            _ => return Stored::AsSent,
        };
        faults.push(fault);
        Stored::Dropped
    }
}

/// Returns whether a text has more characters than its limit.
fn is_over(text: &str, max: Option<u32>) -> bool {
    cut(text, max).len() < text.len()
}

/// Returns the start of a text within its limit.
fn cut(text: &str, max: Option<u32>) -> String {
    let max = max.map_or(usize::MAX, |max| usize::try_from(max).unwrap_or(usize::MAX));
    text.chars().take(max).collect()
}

/// Returns the number in a text, if a JSON number keeps all of its digits.
fn exact_number(text: &str) -> Option<Value> {
    let text = text.trim();
    let number: Number = text.parse().ok()?;
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let is_exact = number.is_i64() || number.is_u64() || digits <= 15;
    is_exact.then_some(Value::Number(number))
}

fn rating(check: Check<'_>, sent: &Json<'_>) -> Option<Fault> {
    const RULE: &str = "a rating is one of the JSON numbers 1, 2, 3, 4, 5";
    match sent {
        Json::Number(number) if grammar::rating(number) => None,
        Json::Number(_) => Some(check.fault(DropRule::RatingOutOfRange, sent, RULE, || None)),
        _ => {
            let meant = || exact_number(sent.as_str()?);
            Some(check.fault(DropRule::WrongType, sent, RULE, meant))
        }
    }
}

fn too_long_or_short(text: &str, min: Option<u32>, max: Option<u32>) -> Option<String> {
    let length = text.chars().count();
    let characters = |limit: Option<u32>| limit.and_then(|limit| usize::try_from(limit).ok());
    let limit = match (characters(min), characters(max)) {
        (_, Some(max)) if length > max => format!("at most {max}"),
        (Some(min), _) if length < min => format!("at least {min}"),
        _ => return None,
    };
    Some(format!("it has {length} characters, and the field takes {limit}"))
}
