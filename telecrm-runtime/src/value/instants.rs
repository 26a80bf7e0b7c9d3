//! Instants of the date and time crates, each behind its feature.
//!
//! Like `SystemTime`, what lies outside the years 1 to 9999 becomes the nearest end of the range.

#[cfg(feature = "jiff")]
mod jiff {
    use crate::Date;

    impl From<jiff::Timestamp> for Date {
        fn from(instant: jiff::Timestamp) -> Self {
            Self::saturating(instant.as_nanosecond().div_euclid(1_000_000))
        }
    }

    impl From<&jiff::ZonedDateTime> for Date {
        fn from(instant: &jiff::ZonedDateTime) -> Self {
            instant.timestamp().into()
        }
    }

    impl From<jiff::ZonedDateTime> for Date {
        fn from(instant: jiff::ZonedDateTime) -> Self {
            Self::from(&instant)
        }
    }
}

#[cfg(feature = "chrono")]
mod chrono {
    use crate::Date;

    impl<Tz: chrono::TimeZone> From<chrono::DateTime<Tz>> for Date {
        fn from(instant: chrono::DateTime<Tz>) -> Self {
            Self::saturating(instant.timestamp_millis().into())
        }
    }
}

#[cfg(feature = "time")]
mod time {
    use crate::Date;

    impl From<time::OffsetDateTime> for Date {
        fn from(instant: time::OffsetDateTime) -> Self {
            Self::saturating(instant.unix_timestamp_nanos().div_euclid(1_000_000))
        }
    }
}

#[cfg(test)]
mod tests {
    #[cfg(any(feature = "jiff", feature = "chrono", feature = "time"))]
    use crate::Date;

    #[cfg(feature = "jiff")]
    #[test]
    fn jiff_instants_are_dates() {
        let instant: jiff::Timestamp = "1969-12-31T23:59:59.9985Z".parse().unwrap();
        assert_eq!(Date::from(instant).unix_millis(), -2);
        let zoned = instant.to_zoned_datetime(jiff::tz::TimeZone::UTC);
        assert_eq!(Date::from(&zoned), Date::from(instant));
        assert_eq!(Date::from(zoned), Date::from(instant));
        assert_eq!(Date::from(jiff::Timestamp::MIN), Date::MIN);
    }

    #[cfg(feature = "chrono")]
    #[test]
    fn chrono_instants_are_dates() {
        let instant = chrono::DateTime::from_timestamp(-1, 998_500_000).unwrap();
        assert_eq!(Date::from(instant).unix_millis(), -2);
        assert_eq!(Date::from(chrono::DateTime::<chrono::Utc>::MAX_UTC), Date::MAX);
    }

    #[cfg(feature = "time")]
    #[test]
    fn time_instants_are_dates() {
        let instant = time::OffsetDateTime::from_unix_timestamp_nanos(-1_500_000).unwrap();
        assert_eq!(Date::from(instant).unix_millis(), -2);
    }
}
