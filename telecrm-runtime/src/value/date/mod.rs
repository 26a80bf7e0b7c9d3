//! Dates: instants, as Unix milliseconds.

mod calendar;
mod instants;
mod parse;

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use serde_core::{Serialize, Serializer};

use super::{Kind, Reason, ValueError};

pub(crate) use parse::UtcOffset;

/// The value of a date field: an instant within the years 1 to 9999, UTC.
///
/// On the wire, it is an integer of Unix milliseconds (telecrm: Field Types). telecrm parses a date in text
/// according to the settings of the workspace, but not milliseconds.
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
/// The features `jiff`, `chrono` and `time` add `From` implementations for the instants of these crates.
/// [`ParseOptions`](crate::ParseOptions) reads local dates such as `01/05/2026`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date(i64);

const DATE: Kind = Kind {
    name: "date",
    noun: "date",
    id: "D05",
    hint: "write an RFC 3339 instant such as \"2026-05-01T10:00:00+05:30\", or Unix milliseconds",
    example: "2026-05-01T10:00:00+05:30",
};

const OUT_OF_RANGE: ValueError = ValueError::new(&DATE, Reason::YearOutOfRange);

impl Date {
    pub(crate) const KIND: &'static Kind = &DATE;

    /// The earliest date: the start of the year 1, UTC.
    pub const MIN: Self = Self(-62_135_596_800_000);
    /// The latest date: the last millisecond of the year 9999, UTC.
    pub const MAX: Self = Self(253_402_300_799_999);

    /// Creates a date from the milliseconds since the start of 1970, UTC.
    ///
    /// Small numbers are valid, too. Only for text, [`Date::from_str`](#impl-FromStr-for-Date) rejects a
    /// number that is probably in another unit.
    ///
    /// # Errors
    ///
    /// Returns an error if the date is outside the years 1 to 9999.
    pub const fn from_unix_millis(millis: i64) -> Result<Self, ValueError> {
        if millis < Self::MIN.0 || millis > Self::MAX.0 {
            Err(OUT_OF_RANGE)
        } else {
            Ok(Self(millis))
        }
    }

    /// Creates a date from a `SystemTime`, with a precision of milliseconds.
    ///
    /// # Errors
    ///
    /// Returns an error if the time is outside the years 1 to 9999.
    pub fn from_system_time(time: SystemTime) -> Result<Self, ValueError> {
        Self::from_wide_millis(system_millis(time))
    }

    /// Returns the milliseconds since the start of 1970, UTC.
    #[must_use]
    pub const fn unix_millis(self) -> i64 {
        self.0
    }

    fn from_wide_millis(millis: i128) -> Result<Self, ValueError> {
        i64::try_from(millis).map_or(Err(OUT_OF_RANGE), Self::from_unix_millis)
    }

    /// Creates a date from another type's milliseconds, and panics outside the years 1 to 9999.
    #[track_caller]
    fn expect_in_range(millis: i128) -> Self {
        match Self::from_wide_millis(millis) {
            Ok(date) => date,
            Err(error) => panic!("{error}"),
        }
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
    /// Converts the time of a clock, with a precision of milliseconds.
    ///
    /// # Panics
    ///
    /// Panics if the time is outside the years 1 to 9999. For a time from input,
    /// [`Date::from_system_time`] returns an error instead.
    #[track_caller]
    fn from(time: SystemTime) -> Self {
        Self::expect_in_range(system_millis(time))
    }
}

impl FromStr for Date {
    type Err = ValueError;

    /// Reads Unix milliseconds (`1777609800000`) or an RFC 3339 instant with its offset
    /// (`2026-05-01T10:00:00+05:30`).
    ///
    /// # Errors
    ///
    /// Returns an error for any other format, such as `01/05/2026`, which is a day in May or in January.
    /// Also returns an error for a number below 10,000,000,000, which is probably in another unit:
    /// seconds (`1777609800`) or days of a spreadsheet (`46143`) would become a day in 1970.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse::date(text, None)
    }
}

impl fmt::Display for Date {
    /// Writes the instant in UTC in the format of RFC 3339: `2026-05-01T04:30:00.000Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, millis) = (self.0.div_euclid(86_400_000), self.0.rem_euclid(86_400_000));
        let (year, month, day) = calendar::date_from_days(days);
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
        assert_eq!(millis("-10000000000"), -10_000_000_000);
        assert_eq!(millis("1777609800000.0"), 1_777_609_800_000);
    }

    #[test]
    fn d05_local_date_format_is_an_error() {
        for text in ["01/05/2026", "01/05/2026 10:00:00", "2026-05-01", "1 May 2026", "", "x", "१"]
        {
            let error = text.parse::<Date>().expect_err(text);
            assert_eq!(error.kind(), "date");
            assert_eq!(error.reason(), Reason::NotAnInstant, "{text}");
        }
        let error = "2026-05-01T10:00:00".parse::<Date>().unwrap_err();
        assert_eq!(error.reason(), Reason::NoOffset);
    }

    #[test]
    fn days_and_times_that_do_not_exist_are_errors() {
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
            assert_eq!(text.parse::<Date>().expect_err(text).reason(), Reason::NoSuchTime);
        }
        for text in ["2026-05-01T10:00:00.Z", "2026-05-01T10:00:00+0530", "2026-05-01T1x:00:00Z"] {
            assert_eq!(text.parse::<Date>().expect_err(text).reason(), Reason::NotAnInstant);
        }
    }

    #[test]
    fn dates_outside_the_years_1_to_9999_are_errors() {
        for text in ["0000-12-31T23:59:59Z", "253402300800000", "99999999999999999999"] {
            assert_eq!(text.parse::<Date>().expect_err(text).reason(), Reason::YearOutOfRange);
        }
        assert!(Date::from_unix_millis(Date::MIN.unix_millis() - 1).is_err());
        assert!(Date::from_unix_millis(i64::MAX).is_err());
        for time in out_of_range() {
            let error = Date::from_system_time(time).unwrap_err();
            assert_eq!(error.reason(), Reason::YearOutOfRange);
            // The infallible conversion panics.
            assert!(std::panic::catch_unwind(|| Date::from(time)).is_err());
        }
    }

    fn out_of_range() -> impl Iterator<Item = SystemTime> {
        let far = Duration::from_secs(1 << 40);
        let early = SystemTime::UNIX_EPOCH.checked_sub(far);
        [SystemTime::UNIX_EPOCH.checked_add(far), early].into_iter().flatten()
    }

    #[test]
    fn d37_text_with_a_number_in_another_unit_is_an_error_that_contains_the_unit() {
        for (text, reason, unit) in [
            ("1769904000", Reason::Seconds, "seconds"),
            ("-1769904000", Reason::Seconds, "seconds"),
            ("9999999999", Reason::Seconds, "seconds"),
            ("45123", Reason::SpreadsheetDay, "spreadsheet"),
            ("45123.75", Reason::SpreadsheetDay, "spreadsheet"),
            ("0", Reason::SpreadsheetDay, "spreadsheet"),
            ("20260501", Reason::UnclearUnit, "unit"),
        ] {
            let error = text.parse::<Date>().expect_err(text);
            assert_eq!((error.reason(), error.id()), (reason, "D37"), "{text}");
            assert!(error.to_string().contains(unit), "{error}");
        }
        assert!("1769904000123456".parse::<Date>().is_err());
        for millis in [0, 45_123, 1_769_904_000, -1] {
            assert_eq!(Date::from_unix_millis(millis).unwrap().unix_millis(), millis);
        }
    }

    #[test]
    fn system_time_is_truncated_to_milliseconds() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_micros(1_500);
        assert_eq!(Date::from_system_time(time).unwrap().unix_millis(), 1);
        let time = SystemTime::UNIX_EPOCH - Duration::from_micros(1_500);
        assert_eq!(Date::from_system_time(time).unwrap().unix_millis(), -2);
    }

    proptest::proptest! {
        #[test]
        fn displayed_date_is_parsed_to_the_same_date(
            millis in Date::MIN.unix_millis()..=Date::MAX.unix_millis()
        ) {
            let date = Date::from_unix_millis(millis).unwrap();
            proptest::prop_assert_eq!(date.to_string().parse::<Date>().unwrap(), date);
            let number = millis.to_string().parse::<Date>();
            proptest::prop_assert_eq!(number.is_ok(), millis.unsigned_abs() >= 10_000_000_000);
        }

        #[test]
        fn no_input_panics(text in "[-+0-9TZ:. ]*|\\PC*") {
            let _ = text.parse::<Date>();
            let _ = Date::parse_with(&text, UtcOffset::parse("+05:30").ok());
        }
    }
}
