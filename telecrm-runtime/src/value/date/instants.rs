//! Conversions from the instants of date and time crates, each with the feature of its crate.
//!
//! As for `SystemTime`, the conversion panics if the instant is outside the years 1 to 9999. For instants
//! from input, use `Date::from_unix_millis`.

#[cfg(feature = "jiff")]
mod jiff {
    use crate::value::Date;

    impl From<jiff::Timestamp> for Date {
        /// # Panics
        ///
        /// Panics if the instant is outside the years 1 to 9999.
        #[track_caller]
        fn from(instant: jiff::Timestamp) -> Self {
            Self::expect_in_range(instant.as_nanosecond().div_euclid(1_000_000))
        }
    }

    impl From<&jiff::ZonedDateTime> for Date {
        /// # Panics
        ///
        /// Panics if the instant is outside the years 1 to 9999.
        #[track_caller]
        fn from(instant: &jiff::ZonedDateTime) -> Self {
            instant.timestamp().into()
        }
    }

    impl From<jiff::ZonedDateTime> for Date {
        /// # Panics
        ///
        /// Panics if the instant is outside the years 1 to 9999.
        #[track_caller]
        fn from(instant: jiff::ZonedDateTime) -> Self {
            Self::from(&instant)
        }
    }
}

#[cfg(feature = "chrono")]
mod chrono {
    use crate::value::Date;

    impl<Tz: chrono::TimeZone> From<chrono::DateTime<Tz>> for Date {
        /// # Panics
        ///
        /// Panics if the instant is outside the years 1 to 9999.
        #[track_caller]
        fn from(instant: chrono::DateTime<Tz>) -> Self {
            Self::expect_in_range(instant.timestamp_millis().into())
        }
    }
}

#[cfg(feature = "time")]
mod time {
    use crate::value::Date;

    impl From<time::OffsetDateTime> for Date {
        /// # Panics
        ///
        /// Panics if the instant is outside the years 1 to 9999.
        #[track_caller]
        fn from(instant: time::OffsetDateTime) -> Self {
            Self::expect_in_range(instant.unix_timestamp_nanos().div_euclid(1_000_000))
        }
    }
}

#[cfg(test)]
mod tests {
    #[cfg(any(feature = "jiff", feature = "chrono", feature = "time"))]
    use crate::value::Date;

    #[cfg(feature = "jiff")]
    #[test]
    fn jiff_instants_are_dates() {
        let instant: jiff::Timestamp = "1969-12-31T23:59:59.9985Z".parse().unwrap();
        assert_eq!(Date::from(instant).unix_millis(), -2);
        let zoned = instant.to_zoned_datetime(jiff::tz::TimeZone::UTC);
        assert_eq!(Date::from(&zoned), Date::from(instant));
        assert_eq!(Date::from(zoned), Date::from(instant));
        assert!(std::panic::catch_unwind(|| Date::from(jiff::Timestamp::MIN)).is_err());
    }

    #[cfg(feature = "chrono")]
    #[test]
    fn chrono_instants_are_dates() {
        let instant = chrono::DateTime::from_timestamp(-1, 998_500_000).unwrap();
        assert_eq!(Date::from(instant).unix_millis(), -2);
        let late = chrono::DateTime::<chrono::Utc>::MAX_UTC;
        assert!(std::panic::catch_unwind(|| Date::from(late)).is_err());
    }

    #[cfg(feature = "time")]
    #[test]
    fn time_instants_are_dates() {
        let instant = time::OffsetDateTime::from_unix_timestamp_nanos(-1_500_000).unwrap();
        assert_eq!(Date::from(instant).unix_millis(), -2);
    }
}
