//! Dates: instants, as Unix milliseconds.

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use serde_core::{Serialize, Serializer};

use super::{Sentence, ValueError};
use crate::encode::{FieldValue, Value};

/// The value of a date field: an instant within the years 1 to 9999 (UTC), an integer of Unix
/// milliseconds on the wire (telecrm: Field Types). Milliseconds are the one form that no setting of
/// the workspace changes.
///
/// ```
/// use std::time::SystemTime;
/// use telecrm_runtime::Date;
///
/// let now = Date::from(SystemTime::now());
/// let visit = "2026-05-01T10:00:00+05:30".parse::<Date>()?;
/// assert_eq!(visit.unix_millis(), 1_777_609_800_000);
/// assert!("01/05/2026".parse::<Date>().is_err());
/// # let _ = now;
/// # Ok::<(), telecrm_runtime::ValueError>(())
/// ```
///
/// With the features `jiff`, `chrono` and `time` there is also `From` those crates' instants.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date(i64);

const OUT_OF_RANGE: Sentence = "not a telecrm date: it is outside the years 1 to 9999; write Unix milliseconds, not micro- or nanoseconds";

impl Date {
    /// The earliest date: the start of the year 1, UTC.
    pub const MIN: Self = Self(-62_135_596_800_000);
    /// The latest date: the last millisecond of the year 9999, UTC.
    pub const MAX: Self = Self(253_402_300_799_999);

    /// The instant this many milliseconds after the start of 1970, UTC.
    ///
    /// # Errors
    ///
    /// Outside the years 1 to 9999.
    pub const fn from_unix_millis(millis: i64) -> Result<Self, ValueError> {
        if millis < Self::MIN.0 || millis > Self::MAX.0 {
            Err(ValueError::new("date", OUT_OF_RANGE))
        } else {
            Ok(Self(millis))
        }
    }

    /// The instant, to the millisecond.
    ///
    /// # Errors
    ///
    /// Outside the years 1 to 9999. `Date::from` takes the nearest end instead.
    pub fn from_system_time(time: SystemTime) -> Result<Self, ValueError> {
        let millis = system_millis(time);
        match i64::try_from(millis) {
            Ok(millis) => Self::from_unix_millis(millis),
            Err(_) => Err(ValueError::new("date", OUT_OF_RANGE)),
        }
    }

    /// Milliseconds since the start of 1970, UTC.
    #[must_use]
    pub const fn unix_millis(self) -> i64 {
        self.0
    }

    /// The instant, or the nearest end of the range.
    pub(crate) fn saturating(millis: i128) -> Self {
        let clamped = millis.clamp(Self::MIN.0.into(), Self::MAX.0.into());
        Self(i64::try_from(clamped).unwrap_or(Self::MAX.0))
    }
}

fn system_millis(time: SystemTime) -> i128 {
    let nanos = match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => i128::try_from(after.as_nanos()).unwrap_or(i128::MAX),
        Err(before) => {
            i128::try_from(before.duration().as_nanos()).map_or(i128::MIN, |nanos| -nanos)
        }
    };
    nanos.div_euclid(1_000_000)
}

impl From<SystemTime> for Date {
    /// An instant outside the years 1 to 9999 becomes the nearest end: [`Date::MIN`] or
    /// [`Date::MAX`]. [`Date::from_system_time`] refuses it instead.
    fn from(time: SystemTime) -> Self {
        Self::saturating(system_millis(time))
    }
}

impl FromStr for Date {
    type Err = ValueError;

    /// Reads Unix milliseconds (`1777609800000`) or an RFC 3339 instant with its offset
    /// (`2026-05-01T10:00:00+05:30`), and nothing else: whether `01/05/2026` is in May or in January
    /// depends on the workspace's settings.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = |sentence| ValueError::new("date", sentence);
        let digits = text.strip_prefix('-').unwrap_or(text);
        if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return match text.parse() {
                Ok(millis) => Self::from_unix_millis(millis),
                Err(_) => Err(refused(OUT_OF_RANGE)),
            };
        }
        let millis = rfc3339_millis(text).map_err(refused)?;
        Self::from_unix_millis(millis)
    }
}

const NOT_AN_INSTANT: Sentence = "not a telecrm date: it is neither Unix milliseconds nor an RFC 3339 instant such as \"2026-05-01T10:00:00+05:30\"; local formats such as dd/MM/yyyy depend on the workspace's settings";
const NO_OFFSET: Sentence = "not a telecrm date: it has no offset from UTC, so it names no instant; add one, as in \"2026-05-01T10:00:00+05:30\"";
const NO_SUCH_TIME: Sentence = "not a telecrm date: there is no such day, time or offset; write an instant such as \"2026-05-01T10:00:00+05:30\"";

/// `yyyy-MM-ddTHH:mm:ss`, a fraction of any length, and `Z` or `±HH:mm`.
fn rfc3339_millis(text: &str) -> Result<i64, Sentence> {
    let bytes = text.as_bytes();
    let Some((&clock, rest)) = bytes.split_first_chunk::<19>() else {
        return Err(NOT_AN_INSTANT);
    };
    let [
        y1,
        y2,
        y3,
        y4,
        b'-',
        mo1,
        mo2,
        b'-',
        d1,
        d2,
        b'T' | b't' | b' ',
        h1,
        h2,
        b':',
        mi1,
        mi2,
        b':',
        s1,
        s2,
    ] = clock
    else {
        return Err(NOT_AN_INSTANT);
    };
    let year = digits(&[y1, y2, y3, y4])?;
    let (month, day) = (digits(&[mo1, mo2])?, digits(&[d1, d2])?);
    let (hour, minute, second) = (digits(&[h1, h2])?, digits(&[mi1, mi2])?, digits(&[s1, s2])?);
    let (fraction, offset) = split_fraction(rest)?;
    let offset_minutes = match *offset {
        [b'Z' | b'z'] => 0,
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (digits(&[h1, h2])?, digits(&[m1, m2])?);
            if hours > 23 || minutes > 59 {
                return Err(NO_SUCH_TIME);
            }
            let minutes = hours * 60 + minutes;
            if sign == b'-' { -minutes } else { minutes }
        }
        [] => return Err(NO_OFFSET),
        _ => return Err(NOT_AN_INSTANT),
    };
    if !(1..=12).contains(&month) || !(1..=days_in(year, month)).contains(&day) {
        return Err(NO_SUCH_TIME);
    }
    if hour > 23 || minute > 59 || second > 59 {
        return Err(NO_SUCH_TIME);
    }
    let minutes = (days_from_1970(year, month, day) * 24 + hour) * 60 + minute - offset_minutes;
    Ok((minutes * 60 + second) * 1000 + fraction)
}

fn digits(bytes: &[u8]) -> Result<i64, Sentence> {
    bytes.iter().try_fold(0, |number, byte| match byte {
        b'0'..=b'9' => Ok(number * 10 + i64::from(byte - b'0')),
        _ => Err(NOT_AN_INSTANT),
    })
}

/// Milliseconds of the fraction, and what follows it. What is finer is cut off.
fn split_fraction(rest: &[u8]) -> Result<(i64, &[u8]), Sentence> {
    let Some(after_dot) = rest.strip_prefix(b".") else {
        return Ok((0, rest));
    };
    let length = after_dot.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (fraction, offset) = after_dot.split_at(length);
    if fraction.is_empty() {
        return Err(NOT_AN_INSTANT);
    }
    let millis = (0..3).fold(0, |millis, place| {
        millis * 10 + fraction.get(place).map_or(0, |byte| i64::from(byte - b'0'))
    });
    Ok((millis, offset))
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 in the proleptic Gregorian calendar.
///
/// A year is counted from March, so that the leap day is its last: then the day of the year is a
/// linear function of the month, and the leap days so far depend on the year alone.
fn days_from_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1 - 719_468
}

/// Year, month and day of the day this many days after 1970-01-01: the inverse of `days_from_1970`.
fn date_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (year * 365 + year / 4 - year / 100);
    let month = (day * 5 + 2) / 153;
    let day = day - (month * 153 + 2) / 5 + 1;
    let year = era * 400 + year;
    if month < 10 { (year, month + 3, day) } else { (year + 1, month - 9, day) }
}

impl fmt::Display for Date {
    /// The instant in UTC, as RFC 3339 writes it: `2026-05-01T04:30:00.000Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, millis) = (self.0.div_euclid(86_400_000), self.0.rem_euclid(86_400_000));
        let (year, month, day) = date_from_days(days);
        let (hour, minute) = (millis / 3_600_000, millis / 60_000 % 60);
        let (second, milli) = (millis / 1000 % 60, millis % 1000);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Date({self})")
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

impl FieldValue for Date {
    fn to_value(&self) -> Option<Value<'_>> {
        Some(Value::Number(self.0.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn millis(text: &str) -> i64 {
        text.parse::<Date>().expect(text).unix_millis()
    }

    #[test]
    fn instants_are_read_with_their_offset() {
        assert_eq!(millis("1970-01-01T00:00:00Z"), 0);
        assert_eq!(millis("2026-05-01T10:00:00+05:30"), 1_777_609_800_000);
        assert_eq!(millis("2026-05-01t04:30:00.0009z"), 1_777_609_800_000);
        assert_eq!(millis("2026-04-30 23:30:00.25-05:00"), 1_777_609_800_250);
        assert_eq!(millis("2000-02-29T23:59:59.999Z"), 951_868_799_999);
        assert_eq!(millis("1969-12-31T23:59:59.999Z"), -1);
        assert_eq!(millis("0001-01-01T00:00:00Z"), Date::MIN.unix_millis());
        assert_eq!(millis("9999-12-31T23:59:59.999Z"), Date::MAX.unix_millis());
        assert_eq!(millis("1777609800000"), 1_777_609_800_000);
        assert_eq!(millis("-1"), -1);
    }

    #[test]
    fn d05_a_date_in_a_local_format_is_refused() {
        for text in ["01/05/2026", "01/05/2026 10:00:00", "2026-05-01", "1 May 2026", "", "x", "१"]
        {
            let error = text.parse::<Date>().expect_err(text);
            assert_eq!(error.kind(), "date");
            assert_eq!(error.to_string(), NOT_AN_INSTANT, "{text}");
        }
        let error = "2026-05-01T10:00:00".parse::<Date>().unwrap_err();
        assert_eq!(error.to_string(), NO_OFFSET);
    }

    #[test]
    fn days_and_times_that_do_not_exist_are_refused() {
        for text in [
            "2026-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-04-31T00:00:00Z",
            "2026-05-00T00:00:00Z",
            "2026-05-01T24:00:00Z",
            "2026-05-01T10:60:00Z",
            "2026-05-01T10:00:60Z",
            "2026-05-01T10:00:00+24:00",
            "2026-05-01T10:00:00+05:60",
        ] {
            assert_eq!(text.parse::<Date>().expect_err(text).to_string(), NO_SUCH_TIME);
        }
        for text in ["2026-05-01T10:00:00.Z", "2026-05-01T10:00:00+0530", "2026-05-01T1x:00:00Z"] {
            assert_eq!(text.parse::<Date>().expect_err(text).to_string(), NOT_AN_INSTANT);
        }
    }

    #[test]
    fn what_lies_outside_the_years_1_to_9999_is_refused_or_saturates() {
        for text in ["0000-12-31T23:59:59Z", "253402300800000", "99999999999999999999"] {
            assert_eq!(text.parse::<Date>().expect_err(text).to_string(), OUT_OF_RANGE);
        }
        assert!(Date::from_unix_millis(Date::MIN.unix_millis() - 1).is_err());
        assert!(Date::from_unix_millis(i64::MAX).is_err());
        if let Some(late) = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(1 << 40)) {
            assert_eq!(Date::from(late), Date::MAX);
            assert!(Date::from_system_time(late).is_err());
        }
        if let Some(early) = SystemTime::UNIX_EPOCH.checked_sub(Duration::from_secs(1 << 40)) {
            assert_eq!(Date::from(early), Date::MIN);
        }
    }

    #[test]
    fn system_time_is_cut_to_milliseconds() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_micros(1_500);
        assert_eq!(Date::from_system_time(time).unwrap().unix_millis(), 1);
        let time = SystemTime::UNIX_EPOCH - Duration::from_micros(1_500);
        assert_eq!(Date::from_system_time(time).unwrap().unix_millis(), -2);
    }

    proptest::proptest! {
        #[test]
        fn a_date_reads_back_what_it_displays(
            millis in Date::MIN.unix_millis()..=Date::MAX.unix_millis()
        ) {
            let date = Date::from_unix_millis(millis).unwrap();
            proptest::prop_assert_eq!(date.to_string().parse::<Date>().unwrap(), date);
        }

        #[test]
        fn no_input_panics(text in "[-+0-9TZ:. ]*|\\PC*") {
            let _ = text.parse::<Date>();
        }
    }
}
