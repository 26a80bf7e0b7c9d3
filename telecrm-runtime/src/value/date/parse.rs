//! Parser for dates: Unix milliseconds, RFC 3339, and local dates with a known offset.

use super::calendar::{days_from_1970, days_in};
use super::{DATE, Date};
use crate::value::{Kind, Reason, ValueError};

/// A local date, which is read with a known offset.
const LOCAL_DATE: Kind = Kind {
    hint: "write it as in \"2026-05-01\", \"01/05/2026\" (day first) or \"01/05/2026 10:00\"",
    example: "01/05/2026",
    ..DATE
};

const UTC_OFFSET: Kind = Kind {
    name: "UTC offset",
    noun: "UTC offset",
    id: "D05",
    hint: "write it as in \"+05:30\"",
    example: "+05:30",
};

/// An offset from UTC in minutes, positive to the east.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UtcOffset(i64);

impl UtcOffset {
    pub(crate) fn parse(text: &str) -> Result<Self, ValueError> {
        let refused = |reason| ValueError::new(&UTC_OFFSET, reason);
        match offset(text.as_bytes()) {
            Ok(Some(minutes)) => Ok(Self(minutes)),
            Ok(None) => Err(refused(Reason::Empty)),
            Err(_) => Err(refused(Reason::NoSuchTime)),
        }
    }
}

/// Parses an instant. With an offset, local dates are accepted, too.
pub(super) fn date(text: &str, offset: Option<UtcOffset>) -> Result<Date, ValueError> {
    let kind = if offset.is_some() { &LOCAL_DATE } else { &DATE };
    let millis = if is_decimal(text) { unix_millis(text) } else { civil_millis(text, offset) };
    let millis = millis.map_err(|reason| ValueError::new(kind, reason))?;
    Date::from_unix_millis(millis)
}

impl Date {
    pub(crate) fn parse_with(text: &str, offset: Option<UtcOffset>) -> Result<Self, ValueError> {
        date(text, offset)
    }
}

/// Returns whether the text is an integer or a decimal.
fn is_decimal(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (integer, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    [integer, fraction]
        .iter()
        .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Parses Unix milliseconds, and rejects numbers that are probably seconds or days (D37).
fn unix_millis(text: &str) -> Result<i64, Reason> {
    let (integer, fraction) = text.split_once('.').unwrap_or((text, ""));
    let millis: i64 = integer.parse().map_err(|_| Reason::YearOutOfRange)?;
    match millis.unsigned_abs() {
        // Day numbers of a spreadsheet for the years 1900 to 9999.
        0..3_000_000 => Err(Reason::SpreadsheetDay),
        3_000_000..100_000_000 => Err(Reason::UnclearUnit),
        100_000_000..10_000_000_000 => Err(Reason::Seconds),
        _ if fraction.bytes().any(|digit| digit != b'0') => Err(Reason::NotAnInstant),
        _ => Ok(millis),
    }
}

/// Parses `yyyy-MM-ddTHH:mm:ss`, a fraction of any length, and `Z` or `±HH:mm`.
///
/// With a known offset, a date without a time, `dd/MM/yyyy`, times without seconds and times without an
/// offset are accepted, too.
fn civil_millis(text: &str, local: Option<UtcOffset>) -> Result<i64, Reason> {
    let unreadable = if local.is_some() { Reason::NotADate } else { Reason::NotAnInstant };
    let bytes = text.as_bytes();
    let day = iso_day(bytes).or_else(|| local.and_then(|_| day_first(bytes)));
    let (year, month, day, rest) = day.ok_or(unreadable)?;
    let (millis_of_day, rest) = match rest {
        [] if local.is_some() => (0, rest),
        [b'T' | b't' | b' ', time @ ..] => {
            time_of_day(time, local.is_some()).ok_or(unreadable)??
        }
        _ => return Err(unreadable),
    };
    if !(1..=12).contains(&month) || !(1..=days_in(year, month)).contains(&day) {
        return Err(Reason::NoSuchTime);
    }
    let local = local.map(|UtcOffset(minutes)| minutes);
    let offset = offset(rest)?.or(local).ok_or(Reason::NoOffset)?;
    Ok(days_from_1970(year, month, day) * 86_400_000 + millis_of_day - offset * 60_000)
}

/// Year, month, day, and the text after the date.
type Day<'t> = (i64, i64, i64, &'t [u8]);

/// Parses `yyyy-MM-dd`.
fn iso_day(text: &[u8]) -> Option<Day<'_>> {
    let (&[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2], rest) = text.split_first_chunk::<10>()?
    else {
        return None;
    };
    Some((number(&[y1, y2, y3, y4])?, number(&[m1, m2])?, number(&[d1, d2])?, rest))
}

/// Parses `dd/MM/yyyy`, also with dashes or dots, and without leading zeros.
fn day_first(text: &[u8]) -> Option<Day<'_>> {
    let (day, text) = leading_number(text, 2)?;
    let (&separator, text) = text.split_first()?;
    let (month, text) = leading_number(text, 2)?;
    let text = text.strip_prefix(&[separator])?;
    let (&year, rest) = text.split_first_chunk::<4>()?;
    matches!(separator, b'/' | b'-' | b'.').then_some((number(&year)?, month, day, rest))
}

/// Parses a time, and returns the milliseconds of the day and the text after the time.
///
/// Returns `None` if the text does not have the format of a time, and an error if the time does not
/// exist.
fn time_of_day(text: &[u8], may_lack_seconds: bool) -> Option<Result<(i64, &[u8]), Reason>> {
    let (&[h1, h2, b':', m1, m2], rest) = text.split_first_chunk::<5>()? else {
        return None;
    };
    let (second, rest) = match rest {
        [b':', s1, s2, rest @ ..] => (number(&[*s1, *s2])?, rest),
        _ if may_lack_seconds => (0, rest),
        _ => return None,
    };
    let (millis, rest) = fraction(rest)?;
    let (hour, minute) = (number(&[h1, h2])?, number(&[m1, m2])?);
    if hour > 23 || minute > 59 || second > 59 {
        return Some(Err(Reason::NoSuchTime));
    }
    Some(Ok((((hour * 60 + minute) * 60 + second) * 1000 + millis, rest)))
}

/// Parses a fraction of a second, and returns its milliseconds and the text after the fraction.
///
/// Digits beyond the third are cut off.
fn fraction(rest: &[u8]) -> Option<(i64, &[u8])> {
    let Some(after_point) = rest.strip_prefix(b".") else {
        return Some((0, rest));
    };
    let length = after_point.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (fraction, rest) = after_point.split_at(length);
    let millis = (0..3).fold(0, |millis, place| {
        millis * 10 + fraction.get(place).map_or(0, |byte| i64::from(byte - b'0'))
    });
    (!fraction.is_empty()).then_some((millis, rest))
}

/// Parses `Z` or `±HH:mm` to minutes. Returns `None` if the text is empty.
fn offset(text: &[u8]) -> Result<Option<i64>, Reason> {
    match *text {
        [] => Ok(None),
        [b'Z' | b'z'] => Ok(Some(0)),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let parts = number(&[h1, h2]).zip(number(&[m1, m2]));
            let (hours, minutes) = parts.ok_or(Reason::NotAnInstant)?;
            if hours > 23 || minutes > 59 {
                return Err(Reason::NoSuchTime);
            }
            let minutes = hours * 60 + minutes;
            Ok(Some(if sign == b'-' { -minutes } else { minutes }))
        }
        _ => Err(Reason::NotAnInstant),
    }
}

fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0, |number, byte| {
        byte.is_ascii_digit().then(|| number * 10 + i64::from(byte - b'0'))
    })
}

/// Parses a number of 1 to `max` digits, and returns the number and the text after it.
fn leading_number(text: &[u8], max: usize) -> Option<(i64, &[u8])> {
    let length = text.iter().take(max).take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = text.split_at(length);
    if digits.is_empty() { None } else { Some((number(digits)?, rest)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_dates_are_parsed_day_first_with_the_offset() {
        let india = UtcOffset::parse("+05:30").unwrap();
        let read = |text: &str| date(text, Some(india)).map(|date| date.to_string());
        for text in ["2026-05-01", "01/05/2026", "1/5/2026", "01-05-2026", "01.05.2026"] {
            assert_eq!(read(text).unwrap(), "2026-04-30T18:30:00.000Z", "{text}");
        }
        for text in [
            "01/05/2026 10:00",
            "01/05/2026 10:00:00",
            "2026-05-01T10:00",
            "2026-05-01 10:00:00.0",
            "2026-05-01T04:30Z",
            "2026-05-01T10:00:00+05:30",
            "1777609800000",
        ] {
            assert_eq!(read(text).unwrap(), "2026-05-01T04:30:00.000Z", "{text}");
        }
        for (text, reason) in [
            ("31/02/2026", Reason::NoSuchTime),
            ("01/13/2026", Reason::NoSuchTime),
            ("01/05/2026 24:00", Reason::NoSuchTime),
            ("01/05/26", Reason::NotADate),
            ("01/05-2026", Reason::NotADate),
            ("01 05 2026", Reason::NotADate),
            ("1 May 2026", Reason::NotADate),
            ("", Reason::NotADate),
            ("46143", Reason::SpreadsheetDay),
        ] {
            assert_eq!(date(text, Some(india)).expect_err(text).reason(), reason, "{text}");
        }
    }

    #[test]
    fn offset_consists_of_hours_and_minutes() {
        assert_eq!(UtcOffset::parse("Z"), Ok(UtcOffset(0)));
        assert_eq!(UtcOffset::parse("-03:30"), Ok(UtcOffset(-210)));
        for text in ["", "5:30", "+0530", "+24:00", "+05:60", "IST", "++5:30"] {
            assert!(UtcOffset::parse(text).is_err(), "{text}");
        }
    }
}
