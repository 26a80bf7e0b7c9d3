//! Grammars of values, written only from telecrm's documentation.
//!
//! The runtime has separate grammars and shares no code with these. Tests compare the two.

/// Characters of an email's local part, in addition to letters, digits and single dots.
const LOCAL_SYMBOLS: &[u8] = b"!#$%&'*+/=?^_{|}~-`";

/// 0001-01-01T00:00:00.000Z in Unix milliseconds.
const FIRST_MILLISECOND: i64 = -62_135_596_800_000;
/// 9999-12-31T23:59:59.999Z in Unix milliseconds.
const LAST_MILLISECOND: i64 = 253_402_300_799_999;

/// Matches an email: a local part, one `@`, and a domain of at least two labels.
pub(super) fn email(text: &str) -> bool {
    text.len() <= 254 && email_form(text)
}

/// Matches an email of any length.
pub(super) fn email_form(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    local_part(local) && domain_name(domain)
}

fn local_part(local: &str) -> bool {
    local.len() <= 64
        && local.split('.').all(|atom| {
            !atom.is_empty()
                && atom.bytes().all(|b| b.is_ascii_alphanumeric() || LOCAL_SYMBOLS.contains(&b))
        })
}

fn domain_name(domain: &str) -> bool {
    let labels = || domain.split('.');
    labels().count() >= 2
        && labels().all(|label| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        })
}

/// Matches a phone: an optional `+`, then 8 to 15 digits that do not start with 0.
pub(super) fn phone(text: &str) -> bool {
    (8..=15).contains(&text.trim_start_matches('+').len()) && phone_form(text)
}

/// Matches a phone with any number of digits.
pub(super) fn phone_form(text: &str) -> bool {
    let number = text.strip_prefix('+').unwrap_or(text);
    digits(number) && !number.starts_with('0')
}

/// Returns an instant in Unix milliseconds within the years 1 to 9999.
pub(super) fn unix_milliseconds(number: &serde_json::Number) -> Option<i64> {
    whole(number).filter(|millis| (FIRST_MILLISECOND..=LAST_MILLISECOND).contains(millis))
}

/// Returns a whole number in any notation: `4`, `4.0`, `1.7e12`.
fn whole(number: &serde_json::Number) -> Option<i64> {
    if let Some(whole) = number.as_i64() {
        return Some(whole);
    }
    let float = number.as_f64()?;
    #[allow(
        clippy::cast_possible_truncation,
        reason = "whole and within ±2^53, so the conversion is exact"
    )]
    let whole = float as i64;
    (float.fract() == 0.0 && float.abs() < 9_007_199_254_740_992.0).then_some(whole)
}

/// The number of milliseconds in a day.
pub(super) const DAY_MILLIS: i64 = 86_400_000;

/// Parses an existing day as `dd/MM/yyyy`, optionally with ` HH:mm:ss`, to Unix milliseconds.
///
/// telecrm does not document the time zone; this function assumes UTC.
#[must_use]
pub fn date_text_millis(text: &str) -> Option<i64> {
    let day = real_day(text.get(..10)?)?;
    let time = match text.get(10..)? {
        "" => 0,
        rest => time_of_day(rest.strip_prefix(' ')?)?,
    };
    Some(day * DAY_MILLIS + time)
}

/// Returns the number of days since 1 January 1970.
fn real_day(text: &str) -> Option<i64> {
    let [day, month, year] = parts(text, '/', [2, 2, 4])?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    if year < 1 || !(1..=days).contains(&day) {
        return None;
    }
    // Count years from March, so that the leap day is the last day of its year.
    let (year, month) = if month < 3 { (year - 1, month + 9) } else { (year, month - 3) };
    let before = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5;
    Some(before + day - 719_469)
}

/// Returns the number of milliseconds since midnight.
fn time_of_day(text: &str) -> Option<i64> {
    let [hours, minutes, seconds] = parts(text, ':', [2, 2, 2])?;
    let is_real = hours < 24 && minutes < 60 && seconds < 60;
    is_real.then_some(((hours * 60 + minutes) * 60 + seconds) * 1000)
}

/// Parses three numbers of exactly these widths, with `separator` between them.
fn parts(text: &str, separator: char, widths: [usize; 3]) -> Option<[i64; 3]> {
    let mut pieces = text.split(separator);
    let mut numbers = [0; 3];
    for (number, width) in numbers.iter_mut().zip(widths) {
        let piece = pieces.next()?;
        if piece.len() != width || !digits(piece) {
            return None;
        }
        *number = piece.parse().ok()?;
    }
    pieces.next().is_none().then_some(numbers)
}

/// Matches money: optional `-`, digits, optional `.` and digits; at most 32 characters.
pub(super) fn money(text: &str) -> bool {
    text.len() <= 32 && money_form(text)
}

/// Matches money of any length.
pub(super) fn money_form(text: &str) -> bool {
    decimal(text.strip_prefix('-').unwrap_or(text))
}

/// Matches the amount of a payment: money greater than 0, without `-`.
pub(super) fn amount(text: &str) -> bool {
    text.len() <= 32 && amount_form(text)
}

/// Matches an amount of any length.
pub(super) fn amount_form(text: &str) -> bool {
    decimal(text) && text.bytes().any(|b| matches!(b, b'1'..=b'9'))
}

fn decimal(text: &str) -> bool {
    match text.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(text),
    }
}

/// Matches a website or medialink: at most 2,048 characters.
pub(super) fn url(text: &str) -> bool {
    text.len() <= 2048 && url_form(text)
}

/// Matches `http://` or `https://`, a host, and printable ASCII without spaces.
pub(super) fn url_form(text: &str) -> bool {
    let Some(after_scheme) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))
    else {
        return false;
    };
    text.bytes().all(|b| b.is_ascii_graphic()) && has_host(after_scheme)
}

fn has_host(after_scheme: &str) -> bool {
    let authority = after_scheme.split(['/', '?', '#']).next().unwrap_or_default();
    let host_and_port = authority.rsplit('@').next().unwrap_or_default();
    !host_and_port.is_empty() && !host_and_port.starts_with(':')
}

/// Matches a rating: 1, 2, 3, 4 or 5.
pub(super) fn rating(number: &serde_json::Number) -> bool {
    whole(number).is_some_and(|n| (1..=5).contains(&n))
}

/// Returns whether the text is one or more ASCII digits.
fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(grammar: impl Fn(&str) -> bool, good: &[&str], bad: &[&str]) {
        for text in good {
            assert!(grammar(text), "should match: {text:?}");
        }
        for text in bad {
            assert!(!grammar(text), "should not match: {text:?}");
        }
    }

    fn number(text: &str) -> serde_json::Number {
        serde_json::from_str(text).expect("a JSON number")
    }

    #[test]
    fn d03_emails() {
        let longest_local = format!("{}@example.com", "a".repeat(64));
        let longest_label = format!("a@{}.com", "b".repeat(63));
        check(
            email,
            &[
                "jane.doe@example.com",
                "!#$%&'*+/=?^_{|}~-`@a-b.c1",
                "a@b.c",
                "1@2.3",
                &longest_local,
                &longest_label,
            ],
            &[
                "",
                "jane",
                "@example.com",
                "jane@",
                "jane@example",
                "jane@@example.com",
                "a@b@c.de",
                ".jane@example.com",
                "jane.@example.com",
                "ja..ne@example.com",
                "jane doe@example.com",
                " jane@example.com",
                "jane@example.com ",
                "jane@example.com\n",
                "jane@-a.com",
                "jane@a-.com",
                "jane@a..com",
                "jane@.com",
                "jane@a.com.",
                "jane@exa_mple.com",
                "जेन@example.com",
                "jane@उदाहरण.com",
                "\"jane\"@example.com",
                &format!("a{longest_local}"),
                &longest_label.replace(".com", "b.com"),
                &format!("a@{}", ["b".repeat(63).as_str(); 4].join(".")),
            ],
        );
        let of_254 =
            format!("{}@{}.{}.{}", "a".repeat(62), "b".repeat(63), "c".repeat(63), "d".repeat(63));
        assert_eq!(of_254.len(), 254);
        assert!(email(&of_254));
        assert!(!email(&format!("a{of_254}")));
    }

    #[test]
    fn d04_phones() {
        check(
            phone,
            &["+919999999999", "919999999999", "9999999999", "12345678", "123456789012345"],
            &[
                "",
                "+",
                "1234567",
                "1234567890123456",
                "09999999999",
                "+09999999999",
                "98765 43210",
                "98765-43210",
                "++919999999999",
                "919999999999+",
                "९९९९९९९९९९",
                "phone",
            ],
        );
    }

    #[test]
    fn d05_dates() {
        for good in ["0", "-62135596800000", "253402300799999", "1.7e12", "1700000000000.0"] {
            assert!(unix_milliseconds(&number(good)).is_some(), "{good}");
        }
        for bad in ["-62135596800001", "253402300800000", "1.5", "1e300", "18446744073709551615"] {
            assert!(unix_milliseconds(&number(bad)).is_none(), "{bad}");
        }
        check(
            |text| date_text_millis(text).is_some(),
            &["31/01/2024", "29/02/2024", "29/02/2000", "01/01/0001", "31/12/9999 23:59:59"],
            &[
                "",
                "1/1/2024",
                "29/02/2023",
                "29/02/1900",
                "31/04/2024",
                "00/01/2024",
                "01/13/2024",
                "01/00/2024",
                "01/01/0000",
                "2024-01-31",
                "01-01-2024",
                "01/01/2024T10:00:00",
                "01/01/2024 10:00",
                "01/01/2024 24:00:00",
                "01/01/2024 23:60:00",
                "01/01/2024 23:59:60",
                "01/01/2024 ",
                "01/01/20244",
                "01/01/+024",
                "०१/०१/२०२४",
            ],
        );
    }

    #[test]
    fn days_are_counted_from_1970() {
        for (text, millis) in [
            ("01/01/1970", 0),
            ("31/12/1969 23:59:59", -1000),
            ("29/02/2024 12:00:00", 1_709_208_000_000),
            ("01/03/2024", 1_709_251_200_000),
            ("01/01/2026", 1_767_225_600_000),
            ("01/01/0001", FIRST_MILLISECOND),
            ("31/12/9999 23:59:59", LAST_MILLISECOND - 999),
        ] {
            assert_eq!(date_text_millis(text), Some(millis), "{text}");
        }
    }

    #[test]
    fn d10_money_and_d27_amounts() {
        check(
            money,
            &["0", "-0", "1000", "1500.50", "-3.1", "00", &"9".repeat(32)],
            &[
                "",
                "-",
                "+1",
                "1.",
                ".5",
                "1,000",
                "₹1000",
                "1e3",
                "1 000",
                "1.2.3",
                "--1",
                "NaN",
                &"9".repeat(33),
            ],
        );
        check(
            amount,
            &["5000", "0.01", "000.10"],
            &["0", "0.00", "-5", "-0", "", "5,000", "five", "1."],
        );
    }

    #[test]
    fn d11_urls() {
        let longest = format!("https://a/{}", "b".repeat(2038));
        check(
            url,
            &[
                "https://example.com",
                "http://example.com:8080/a?b#c",
                "http://u:p@h",
                "http://[::1]:80/",
                "http://localhost?x",
                &longest,
            ],
            &[
                "",
                "example.com",
                "www.example.com",
                "ftp://example.com",
                "https://",
                "https:///path",
                "http://:80",
                "http://user@",
                "http://?q",
                "https://exa mple.com",
                "https://example.com\n",
                "https://example.com/\u{7f}",
                "https://example.com/हिन्दी",
                "//example.com",
                &format!("{longest}b"),
            ],
        );
    }

    #[test]
    fn d13_ratings() {
        for good in ["1", "2", "3", "4", "5", "4.0", "1e0"] {
            assert!(rating(&number(good)), "{good}");
        }
        for bad in ["0", "6", "-1", "4.5", "5.000001", "1e300"] {
            assert!(!rating(&number(bad)), "{bad}");
        }
    }
}
