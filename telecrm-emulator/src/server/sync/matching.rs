//! Comparison in searches: exact values, lists and ranges.
//!
//! Case is ignored except in statuses. A list matches any of its items. A range `{from, to}`
//! includes both ends.

use serde_json::Value;
use telecrm_schema::validate::date_text_millis;

/// Case sensitivity of a comparison. Only statuses are case-sensitive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Sensitive,
    Ignored,
}

/// Whether a stored value matches a filter.
///
/// `normalize` converts a value of the filter into the form in which values are stored.
pub(super) fn matches(
    stored: &Value,
    filter: &Value,
    case: Case,
    normalize: &dyn Fn(&Value) -> Value,
) -> bool {
    match (stored, filter) {
        (Value::Array(items), _) => items.iter().any(|item| matches(item, filter, case, normalize)),
        (_, Value::Array(filters)) => {
            filters.iter().any(|filter| matches(stored, filter, case, normalize))
        }
        (_, Value::Object(range)) => {
            let Some(stored) = instant(stored) else { return false };
            let bound = |key: &str| range.get(key).map(instant);
            // No value matches a bound that is not an instant.
            bound("from").is_none_or(|from| from.is_some_and(|from| from <= stored))
                && bound("to").is_none_or(|to| to.is_some_and(|to| stored <= to))
        }
        _ => equal(stored, &normalize(filter), case),
    }
}

fn equal(stored: &Value, filter: &Value, case: Case) -> bool {
    match (stored.as_str(), filter.as_str()) {
        (Some(stored), Some(filter)) if case == Case::Sensitive => stored == filter,
        (Some(stored), Some(filter)) => stored.to_lowercase() == filter.to_lowercase(),
        _ => match (stored.as_f64(), filter.as_f64()) {
            (Some(stored), Some(filter)) => stored.total_cmp(&filter).is_eq(),
            _ => stored == filter,
        },
    }
}

/// Returns a number unchanged, and a date in Unix milliseconds.
///
/// A date is `dd/MM/yyyy`, optionally with ` HH:mm:ss`.
fn instant(value: &Value) -> Option<f64> {
    if let Some(number) = value.as_f64() {
        return Some(number);
    }
    #[allow(clippy::cast_precision_loss, reason = "years 1 to 9999 are far below 2^53")]
    value.as_str().and_then(date_text_millis).map(|millis| millis as f64)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn matches_any_case(stored: &Value, filter: &Value) -> bool {
        matches(stored, filter, Case::Ignored, &Value::clone)
    }

    #[test]
    fn dates_are_milliseconds_since_1970() {
        for (text, millis) in [
            ("01/01/1970", 0.0),
            ("31/12/1969 23:59:59", -1000.0),
            ("29/02/2024 12:00:00", 1_709_208_000_000.0),
            ("01/03/2024", 1_709_251_200_000.0),
            ("01/01/2026", 1_767_225_600_000.0),
        ] {
            assert_eq!(instant(&json!(text)), Some(millis), "{text}");
        }
        assert_eq!(instant(&json!("30/02/2024")), None);
    }

    #[test]
    fn values_lists_and_ranges_match() {
        assert!(matches_any_case(&json!("Fresh"), &json!("fresh")));
        assert!(!matches_any_case(&json!("Fresh"), &json!("Fres")));
        let statuses =
            |filter: &Value| matches(&json!("Fresh"), filter, Case::Sensitive, &Value::clone);
        assert!(statuses(&json!(["Won", "Fresh"])) && !statuses(&json!("fresh")));
        assert!(matches_any_case(&json!("Fresh"), &json!(["Won", "FRESH"])));
        assert!(matches_any_case(&json!(["VIP", "New"]), &json!("vip")));
        assert!(matches_any_case(&json!(2), &json!(2.0)));
        assert!(!matches_any_case(&json!(2), &json!("2")));
        assert!(matches_any_case(&json!(5), &json!({ "from": 5, "to": 5 })));
        assert!(!matches_any_case(&json!(5), &json!({ "from": 6 })));
        assert!(!matches_any_case(&json!(5), &json!({ "to": "x" })));
        assert!(matches_any_case(
            &json!("02/01/1970"),
            &json!({ "from": "01/01/1970", "to": 86_400_000 })
        ));
        assert!(!matches_any_case(&json!("Fresh"), &json!({})));
    }
}
