//! Search of the page by phone number or name, in the forms that users type.

use serde_json::Value;

use crate::{delivery::Delivery, store::Record};

/// A search text.
#[derive(Debug)]
pub(super) struct Find {
    text: String,
    /// The digits of a typed phone number, without spaces and symbols.
    phone: Option<String>,
}

impl Find {
    /// Parses a search text. Returns `None` for a blank text, which matches everything.
    pub(super) fn new(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        let phone = typed.chars().all(|c| c.is_ascii_digit() || " +-()./".contains(c));
        let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
        // A stored phone number has no trunk prefix 0.
        let digits = digits.trim_start_matches('0').to_owned();
        let phone = (phone && digits.len() >= 3).then_some(digits);
        (!typed.is_empty()).then(|| Self { text: typed.to_lowercase(), phone })
    }

    fn is_in(&self, text: &str) -> bool {
        let phone = self.phone.as_deref().is_some_and(|phone| text.contains(phone));
        phone || text.to_lowercase().contains(&self.text)
    }

    /// Whether the identifier or a text of the lead contains the search text.
    pub(super) fn finds_lead(&self, record: &Record) -> bool {
        let texts = record.lead.fields.values().filter_map(Value::as_str);
        self.is_in(&record.lead.identifier) || texts.into_iter().any(|text| self.is_in(text))
    }

    /// Whether the identifier or the body of the delivery contains the search text.
    pub(super) fn finds_delivery(&self, delivery: &Delivery) -> bool {
        let identifier = delivery.identifier.as_deref();
        identifier.is_some_and(|text| self.is_in(text)) || self.is_in(&delivery.body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phone_matches_in_typed_form_and_name_matches_in_any_case() {
        let finds = |typed: &str, text: &str| Find::new(typed).expect("a text").is_in(text);
        for typed in ["98765 43210", "+91 98765-43210", "098765 43210", "43210", " 9876543210 "] {
            assert!(finds(typed, "919876543210"), "{typed}");
        }
        assert!(finds("asha", "Asha Rao") && finds("RAO", "Asha Rao"));
        assert!(!finds("12345", "919876543210") && !finds("imran", "Asha Rao"));
        assert!(!finds("+", "919876543210"));
        assert!(Find::new("  ").is_none());
    }
}
