//! Comparison of a sent value with the stored one, by field type.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::field_info::FieldType;

/// Minimum number of digits that two spellings of one phone number have in common.
///
/// The spellings differ because telecrm adds a missing country code.
const MIN_NATIONAL: usize = 8;

/// Whether a stored value equals the sent value in any spelling. `None` is an unknown type.
pub(super) fn is_same(field_type: Option<FieldType>, sent: &Value, stored: &Value) -> bool {
    if sent == stored {
        return true;
    }
    let texts = sent.as_str().zip(stored.as_str());
    match field_type {
        Some(FieldType::Phone) => texts.is_some_and(|(sent, stored)| same_phone(sent, stored)),
        Some(FieldType::Email | FieldType::ActiveUsers) => {
            texts.is_some_and(|(sent, stored)| folded(sent) == folded(stored))
        }
        Some(FieldType::Money | FieldType::Number | FieldType::Rating) => same_number(sent, stored),
        Some(FieldType::Date) => same_instant(sent, stored),
        Some(FieldType::Tags) => labels(sent) == labels(stored),
        // Free text, labels and addresses must be identical.
        Some(_) => false,
        None => {
            same_number(sent, stored)
                || texts.is_some_and(|(sent, stored)| folded(sent) == folded(stored))
                || sent.is_array() && labels(sent) == labels(stored)
        }
    }
}

/// Returns the form for comparing identifiers: a phone as digits, other text in lower case.
pub(super) fn normalized(field_type: Option<FieldType>, text: &str) -> String {
    match field_type {
        Some(FieldType::Phone) => digits(text),
        Some(FieldType::Email) => folded(text),
        _ => text.to_lowercase(),
    }
}

fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn same_phone(sent: &str, stored: &str) -> bool {
    let (sent, stored) = (digits(sent), digits(stored));
    !sent.is_empty() && (sent == stored || is_completed(&sent, &stored))
}

/// Whether two phones, as digits, differ only by a country code.
pub(super) fn is_completed(first: &str, second: &str) -> bool {
    let (short, long) = if first.len() < second.len() { (first, second) } else { (second, first) };
    short.len() >= MIN_NATIONAL && long.len() - short.len() <= 3 && long.ends_with(short)
}

fn labels(value: &Value) -> Option<BTreeSet<&str>> {
    match value {
        Value::Array(items) => items.iter().map(Value::as_str).collect(),
        Value::String(label) => Some(BTreeSet::from([label.as_str()])),
        _ => None,
    }
}

/// Compares as numbers, even if one of the values is text: `1000`, `"1000.00"`, `4.0`.
fn same_number(sent: &Value, stored: &Value) -> bool {
    let (Some(sent_text), Some(stored_text)) = (decimal(sent), decimal(stored)) else {
        return false;
    };
    let decimals = Decimal::parse(&sent_text).zip(Decimal::parse(&stored_text));
    match decimals {
        Some((sent, stored)) if sent == stored => true,
        // JSON readers and writers may change the last digit of a float.
        Some(_) if !sent.is_f64() && !stored.is_f64() => false,
        _ => {
            let floats = sent_text.parse::<f64>().ok().zip(stored_text.parse::<f64>().ok());
            floats.is_some_and(|(sent, stored)| {
                (sent - stored).abs() <= 4.0 * f64::EPSILON * sent.abs().max(stored.abs())
            })
        }
    }
}

fn decimal(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.trim().to_owned()),
        _ => None,
    }
}

/// Decimal number without leading and trailing zeros; money has more digits than a float.
#[derive(PartialEq)]
struct Decimal<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
}

impl<'a> Decimal<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) {
            return None;
        }
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        let zero = whole.is_empty() && fraction.is_empty();
        Some(Self { negative: negative && !zero, whole, fraction })
    }
}

const SECOND: i64 = 1_000;
const QUARTER: i64 = 15 * 60 * SECOND;
const HOUR: i64 = 60 * 60 * SECOND;
const DAY: i64 = 24 * HOUR;

/// Compares as instants.
///
/// An instant is Unix milliseconds as a number or text, `dd/MM/yyyy` or `dd/MM/yyyy HH:mm:ss`.
///
/// Text is in the workspace's time zone, which no response contains, so any real offset from UTC
/// matches.
fn same_instant(sent: &Value, stored: &Value) -> bool {
    match (Instant::read(sent), Instant::read(stored)) {
        (Some(Instant::Millis(sent)), Some(Instant::Millis(stored))) => sent == stored,
        (Some(Instant::Millis(millis)), Some(local))
        | (Some(local), Some(Instant::Millis(millis))) => local.may_be(millis),
        (Some(Instant::Local(first)), Some(Instant::Local(second))) => first == second,
        (Some(Instant::Day(day)), Some(Instant::Day(time) | Instant::Local(time)))
        | (Some(Instant::Local(time)), Some(Instant::Day(day))) => {
            day == time.div_euclid(DAY) * DAY
        }
        _ => false,
    }
}

#[derive(Clone, Copy)]
enum Instant {
    Millis(i64),
    /// Time to the second in an unknown time zone, as if in UTC.
    Local(i64),
    /// Midnight of a day in an unknown time zone, as if in UTC.
    Day(i64),
}

impl Instant {
    fn read(value: &Value) -> Option<Self> {
        if let Some(millis) = value.as_i64() {
            return Some(Self::Millis(millis));
        }
        if let Some(millis) = value.as_f64().filter(|millis| millis.fract() == 0.0) {
            // A whole number of milliseconds, written as `1.0`.
            return format!("{millis:.0}").parse().ok().map(Self::Millis);
        }
        let text = value.as_str()?.trim();
        text.parse().ok().map(Self::Millis).or_else(|| Self::of_text(text))
    }

    fn of_text(text: &str) -> Option<Self> {
        let (date, time) = match text.split_once(' ') {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        let [day, month, year] = numbers(date, '/')?;
        let midnight = days_from_epoch(year, month, day)? * DAY;
        let Some(time) = time else { return Some(Self::Day(midnight)) };
        let [hour, minute, second] = numbers(time, ':')?;
        let fits = hour < 24 && minute < 60 && second < 60;
        fits.then(|| Self::Local(midnight + hour * HOUR + minute * 60 * SECOND + second * SECOND))
    }

    /// Whether this local time is the instant in a time zone: UTC-12 to UTC+14, by quarter hours.
    fn may_be(self, millis: i64) -> bool {
        match self {
            Self::Millis(own) => own == millis,
            Self::Local(local) => {
                let offset = local - millis.div_euclid(SECOND) * SECOND;
                (-12 * HOUR..=14 * HOUR).contains(&offset) && offset % QUARTER == 0
            }
            Self::Day(midnight) => {
                let within = millis - midnight;
                (-14 * HOUR..DAY + 12 * HOUR).contains(&within)
            }
        }
    }
}

fn numbers(text: &str, separator: char) -> Option<[i64; 3]> {
    let mut parts = text.split(separator).map(|part| {
        let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse::<i64>().ok()).flatten()
    });
    let numbers = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(numbers)
}

/// Returns the days from 1970 to a date in the years 1 to 9999 (proleptic Gregorian).
fn days_from_epoch(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Years start in March, so that a leap day is the last day of its year.
    let (year, month) = if month < 3 { (year - 1, month + 9) } else { (year, month - 3) };
    let days = year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    Some(days + (month * 153 + 2) / 5 + day - 719_469)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_equal_in_every_spelling() {
        for (field_type, sent, stored) in [
            (FieldType::Text, json!("Jane"), json!("Jane")),
            (FieldType::Phone, json!("919999999999"), json!("+919999999999")),
            (FieldType::Phone, json!("9999999999"), json!("919999999999")),
            (FieldType::Email, json!("Jane@Example.com"), json!(" jane@example.com")),
            (FieldType::ActiveUsers, json!("Jane@Example.com"), json!("jane@example.com")),
            (FieldType::Money, json!("1000"), json!("1000.00")),
            (FieldType::Money, json!("1000.50"), json!(1000.5)),
            (FieldType::Money, json!("-0"), json!("0.00")),
            (FieldType::Money, json!("007.10"), json!("7.1")),
            (FieldType::Number, json!(4), json!(4.0)),
            (FieldType::Number, json!(2.5), json!("2.50")),
            (FieldType::Number, json!(1e21), json!(1_000_000_000_000_000_000_000_f64)),
            (FieldType::Number, json!(0.1), json!(0.100_000_000_000_000_02)),
            (FieldType::Rating, json!(4), json!(4.0)),
            (FieldType::Rating, json!(4), json!("4")),
            (FieldType::Tags, json!(["VIP", "New"]), json!(["New", "VIP"])),
            (FieldType::Tags, json!(["VIP", "VIP"]), json!(["VIP"])),
            (FieldType::Date, json!(1_769_904_000_123_i64), json!("1769904000123")),
            (FieldType::Date, json!(1_769_904_000_000_i64), json!(1_769_904_000_000.0)),
            // 1 February 2026, midnight UTC: in UTC, in India and in the west.
            (FieldType::Date, json!(1_769_904_000_123_i64), json!("01/02/2026 00:00:00")),
            (FieldType::Date, json!(1_769_904_000_123_i64), json!("01/02/2026 05:30:00")),
            (FieldType::Date, json!(1_769_904_000_000_i64), json!("31/01/2026 16:00:00")),
            (FieldType::Date, json!(1_769_904_000_000_i64), json!("01/02/2026")),
            (FieldType::Date, json!(1_769_904_000_000_i64), json!("31/01/2026")),
        ] {
            assert!(is_same(Some(field_type), &sent, &stored), "{field_type:?} {sent} {stored}");
            assert!(is_same(Some(field_type), &stored, &sent), "{field_type:?} {stored} {sent}");
        }
    }

    #[test]
    fn different_values_are_not_equal() {
        for (field_type, sent, stored) in [
            (FieldType::Text, json!("Jane"), json!("jane")),
            (FieldType::Text, json!("1000"), json!("1000.00")),
            (FieldType::Dropdown, json!("Cold Call"), json!("cold call")),
            (FieldType::Status, json!("Fresh"), json!("fresh")),
            (FieldType::Phone, json!("919999999999"), json!("919999999998")),
            (FieldType::Phone, json!("9999999"), json!("919999999")),
            (FieldType::Phone, json!("99999999"), json!("123499999999")),
            (FieldType::Email, json!("jane@example.com"), json!("john@example.com")),
            (FieldType::Money, json!("1000"), json!("1000.01")),
            (FieldType::Money, json!("1"), json!("-1")),
            (FieldType::Money, json!("12345678901234567890.1"), json!("12345678901234567890.2")),
            (FieldType::Number, json!(4), json!(true)),
            (FieldType::Number, json!(0.1), json!(0.100_000_000_1)),
            (FieldType::Number, json!(9_007_199_254_740_993_i64), json!(9_007_199_254_740_992_i64)),
            (FieldType::Tags, json!(["VIP", "New"]), json!(["VIP"])),
            (FieldType::Tags, json!(["VIP, New"]), json!(["VIP", "New"])),
            (FieldType::Date, json!(1_769_904_000_000_i64), json!(1_769_904_001_000_i64)),
            (FieldType::Date, json!(1_769_904_000_000_i64), json!("01/02/2026 05:31:00")),
            (FieldType::Date, json!(1_769_904_000_000_i64), json!("01/02/2026 15:00:00")),
            (FieldType::Date, json!(1_769_904_000_000_i64), json!("02/02/2026")),
            (FieldType::Date, json!(1_769_904_000_000_i64), json!("30/02/20266")),
            (FieldType::Date, json!(1_769_904_000_000_i64), json!("soon")),
        ] {
            assert!(!is_same(Some(field_type), &sent, &stored), "{field_type:?} {sent} {stored}");
            assert!(!is_same(Some(field_type), &stored, &sent), "{field_type:?} {stored} {sent}");
        }
    }
}
