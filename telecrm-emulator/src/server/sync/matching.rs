//! Comparison in searches: exact, with or without regard to case; a list matches any of its items;
//! a range is `{from, to}`, both ends included.

use serde_json::Value;
use telecrm_schema::validate::date_text_millis;

/// Whether upper and lower case differ: they do in statuses alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Sensitive,
    Ignored,
}

/// Whether a lead's own value fits a filter. `normal` brings a wanted value into the form in which
/// values are stored.
pub(super) fn any(
    own: &Value,
    filter: &Value,
    case: Case,
    normal: &dyn Fn(&Value) -> Value,
) -> bool {
    match (own, filter) {
        (Value::Array(own), _) => own.iter().any(|own| any(own, filter, case, normal)),
        (_, Value::Array(wanted)) => wanted.iter().any(|wanted| any(own, wanted, case, normal)),
        (_, Value::Object(range)) => {
            let Some(own) = instant(own) else { return false };
            let bound = |key: &str| range.get(key).map(instant);
            // Nothing meets a bound that is not an instant.
            bound("from").is_none_or(|from| from.is_some_and(|from| from <= own))
                && bound("to").is_none_or(|to| to.is_some_and(|to| own <= to))
        }
        _ => same(own, &normal(filter), case),
    }
}

fn same(own: &Value, wanted: &Value, case: Case) -> bool {
    match (own.as_str(), wanted.as_str()) {
        (Some(own), Some(wanted)) if case == Case::Sensitive => own == wanted,
        (Some(own), Some(wanted)) => own.to_lowercase() == wanted.to_lowercase(),
        _ => match (own.as_f64(), wanted.as_f64()) {
            (Some(own), Some(wanted)) => own.total_cmp(&wanted).is_eq(),
            _ => own == wanted,
        },
    }
}

/// A number as it is; a day as `dd/MM/yyyy`, perhaps with ` HH:mm:ss`, as Unix milliseconds.
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

    fn fits(own: &Value, filter: &Value) -> bool {
        any(own, filter, Case::Ignored, &Value::clone)
    }

    #[test]
    fn days_are_counted_from_1970() {
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
    fn values_lists_and_ranges() {
        assert!(fits(&json!("Fresh"), &json!("fresh")));
        assert!(!fits(&json!("Fresh"), &json!("Fres")));
        let statuses =
            |filter: &Value| any(&json!("Fresh"), filter, Case::Sensitive, &Value::clone);
        assert!(statuses(&json!(["Won", "Fresh"])) && !statuses(&json!("fresh")));
        assert!(fits(&json!("Fresh"), &json!(["Won", "FRESH"])));
        assert!(fits(&json!(["VIP", "New"]), &json!("vip")));
        assert!(fits(&json!(2), &json!(2.0)));
        assert!(!fits(&json!(2), &json!("2")));
        assert!(fits(&json!(5), &json!({ "from": 5, "to": 5 })));
        assert!(!fits(&json!(5), &json!({ "from": 6 })));
        assert!(!fits(&json!(5), &json!({ "to": "x" })));
        assert!(fits(&json!("02/01/1970"), &json!({ "from": "01/01/1970", "to": 86_400_000 })));
        assert!(!fits(&json!("Fresh"), &json!({})));
    }
}
