//! Limits that only this library sets: telecrm documents none.

use super::grammar;
use crate::field_type::FieldType;

/// Returns the reason for a text that breaks only a limit of its type.
pub(super) fn exceeded(field_type: &FieldType, text: &str) -> Option<String> {
    let limit = match field_type {
        FieldType::Email | FieldType::ActiveUsers if grammar::email_form(text) => {
            "at most 254 characters"
        }
        FieldType::Phone if grammar::phone_form(text) => "8 to 15 digits",
        FieldType::Money if grammar::money_form(text) => "at most 32 characters",
        FieldType::Website | FieldType::MediaLink if grammar::url_form(text) => {
            "at most 2,048 characters"
        }
        _ => return None,
    };
    Some(reason(limit))
}

/// Returns the reason for an amount of a payment that breaks only the limit.
pub(super) fn exceeded_by_amount(text: &str) -> Option<String> {
    grammar::amount_form(text).then(|| reason("at most 32 characters"))
}

fn reason(limit: &str) -> String {
    format!("telecrm documents no limit; this library accepts {limit}")
}
