//! Validation of dates, and detection of the probable unit of a number.

use serde_json::{Number, Value};

use super::{drop_rule::DropRule, grammar, json::Json};

/// Smallest absolute value that is read as milliseconds.
///
/// A smaller value is within four months of 1 January 1970, so its unit is probably wrong (D37).
const LEAST_MILLIS: i64 = 10_000_000_000;

/// The fault in a date.
#[derive(Debug)]
pub(super) struct BadDate {
    pub(super) rule: DropRule,
    /// The description of the rule.
    pub(super) text: String,
    /// The instant that the sender probably intended.
    pub(super) meant: Option<Value>,
    /// Whether telecrm stores the value that was sent.
    pub(super) is_stored: bool,
}

/// The probable unit of a number that does not count milliseconds.
struct Unit {
    name: &'static str,
    millis: i64,
}

/// Checks the value of a date field.
pub(super) fn check(sent: &Json<'_>) -> Option<BadDate> {
    match sent {
        Json::Number(number) => check_number(number),
        Json::Text(text) => check_text(text),
        _ => Some(bad(
            DropRule::WrongType,
            "a date field takes Unix milliseconds or a text as dd/MM/yyyy",
        )),
    }
}

fn bad(rule: DropRule, text: impl Into<String>) -> BadDate {
    BadDate { rule, text: text.into(), meant: None, is_stored: false }
}

fn check_number(number: &Number) -> Option<BadDate> {
    let unit = unit(number);
    let looks_like =
        unit.as_ref().map(|unit| format!(" (this looks like {})", unit.name)).unwrap_or_default();
    let meant = unit.map(|unit| unit.millis.into());
    match grammar::unix_milliseconds(number) {
        Some(millis) if millis.abs() >= LEAST_MILLIS => None,
        Some(_) => Some(BadDate {
            rule: DropRule::WrongUnit,
            text: format!(
                "a date as a number is Unix milliseconds{looks_like}, so telecrm stores a date \
                 around 1 January 1970"
            ),
            meant,
            is_stored: true,
        }),
        None => Some(BadDate {
            meant,
            ..bad(
                DropRule::DateFormat,
                format!(
                    "a date as a number is whole Unix milliseconds within the years 1 to \
                     9999{looks_like}"
                ),
            )
        }),
    }
}

fn check_text(text: &str) -> Option<BadDate> {
    const RULE: &str = "a date as a text is a real day as dd/MM/yyyy or dd/MM/yyyy HH:mm:ss";
    if grammar::date_text_millis(text).is_some() {
        return None;
    }
    let trimmed = text.trim();
    if let Ok(number) = trimmed.parse::<Number>() {
        let rule = "a number in a date field is a JSON number, not a text";
        return Some(match check_number(&number) {
            None => BadDate { meant: Some(number.into()), ..bad(DropRule::DateFormat, rule) },
            Some(as_number) if as_number.rule == DropRule::WrongUnit => {
                BadDate { is_stored: false, ..as_number }
            }
            Some(as_number) => BadDate { rule: DropRule::DateFormat, ..as_number },
        });
    }
    let meant = grammar::date_text_millis(trimmed)
        .map(|_| trimmed.to_owned())
        .or_else(|| day_month_year(trimmed))
        .map(Value::from);
    Some(BadDate { meant, ..bad(DropRule::DateFormat, RULE) })
}

/// Converts `2024-12-31` to `31/12/2024`. The order of year, month and day is unambiguous.
fn day_month_year(text: &str) -> Option<String> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let day = format!("{day}/{month}/{year}");
    (parts.next().is_none() && grammar::date_text_millis(&day).is_some()).then_some(day)
}

/// Returns the unit in which the number is a likely instant.
fn unit(number: &Number) -> Option<Unit> {
    let unit = |name, millis| Some(Unit { name, millis });
    if let Some(whole) = number.as_i64() {
        match whole.unsigned_abs() {
            100_000_000..10_000_000_000 => return unit("Unix seconds", whole * 1000),
            100_000_000_000_000..100_000_000_000_000_000 => {
                return unit("Unix microseconds", whole / 1000);
            }
            100_000_000_000_000_000.. => return unit("Unix nanoseconds", whole / 1_000_000),
            _ => {}
        }
        if let Some(millis) = year_month_day(whole) {
            return unit("a day as yyyyMMdd", millis);
        }
    }
    let float = number.as_f64()?;
    // The conversions round to milliseconds, and the ranges keep them far below 2^53.
    #[allow(clippy::cast_possible_truncation, reason = "far below 2^53, see the ranges")]
    let millis = |float: f64| float.round() as i64;
    if (1e8..1e10).contains(&float.abs()) {
        unit("Unix seconds", millis(float * 1000.0))
    } else if (20_000.0..80_000.0).contains(&float) {
        // Day 25,569 is 1 January 1970. The number has no time zone; this crate assumes UTC.
        unit("the serial day of a spreadsheet", millis((float - 25_569.0) * 86_400_000.0))
    } else {
        None
    }
}

/// Midnight (UTC) of a day written as `20260131`.
fn year_month_day(number: i64) -> Option<i64> {
    let text = (19_000_101..=21_001_231).contains(&number).then(|| number.to_string())?;
    grammar::date_text_millis(&format!("{}/{}/{}", text.get(6..)?, text.get(4..6)?, text.get(..4)?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn checked(sent: &Value) -> Option<(DropRule, Option<Value>, bool)> {
        check(&sent.into()).map(|bad| (bad.rule, bad.meant, bad.is_stored))
    }

    #[test]
    fn d37_numbers_below_ten_to_the_tenth_are_stored_in_the_wrong_unit() {
        for (sent, meant) in [
            (json!(1_769_904_000), Some(json!(1_769_904_000_000_i64))),
            (json!(1_769_904_000.0), Some(json!(1_769_904_000_000_i64))),
            (json!(-1_000_000_000), Some(json!(-1_000_000_000_000_i64))),
            (json!(45_123), Some(json!(1_689_465_600_000_i64))),
            (json!(20_260_131), Some(json!(1_769_817_600_000_i64))),
            (json!(9_999_999_999_i64), Some(json!(9_999_999_999_000_i64))),
            (json!(0), None),
            (json!(-1), None),
            (json!(2026), None),
        ] {
            assert_eq!(checked(&sent), Some((DropRule::WrongUnit, meant, true)), "{sent}");
        }
        for fits in [10_000_000_000_i64, -10_000_000_000, 1_769_904_000_000] {
            assert_eq!(checked(&json!(fits)), None, "{fits}");
        }
    }

    #[test]
    fn d37_numbers_as_text_are_dropped_and_their_unit_is_reported() {
        let millis = json!(1_769_904_000_000_i64);
        let wrong_unit = Some((DropRule::WrongUnit, Some(millis.clone()), false));
        assert_eq!(checked(&json!(" 1769904000")), wrong_unit);
        let as_text = Some((DropRule::DateFormat, Some(millis), false));
        assert_eq!(checked(&json!("1769904000000")), as_text);
    }

    #[test]
    fn d05_other_units_are_reported() {
        for (sent, meant) in [
            (json!(1_769_904_000_123_456_i64), Some(json!(1_769_904_000_123_i64))),
            (json!(1_769_904_000_123_456_789_i64), Some(json!(1_769_904_000_123_i64))),
            (json!(1_769_904_000.25), Some(json!(1_769_904_000_250_i64))),
            (json!(45_123.5), Some(json!(1_689_508_800_000_i64))),
            (json!(1.5), None),
            (json!("2024-12-31"), Some(json!("31/12/2024"))),
            (json!("31/12/2024 "), Some(json!("31/12/2024"))),
            (json!("2024-02-30"), None),
            (json!("12/31/2024"), None),
        ] {
            assert_eq!(checked(&sent), Some((DropRule::DateFormat, meant, false)), "{sent}");
        }
    }
}
