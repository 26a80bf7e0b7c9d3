//! Traits of the setters of number, money, date and rating fields.

use std::time::SystemTime;

use crate::value::{Date, Money, Number, Rating};

macro_rules! integers {
    ($trait:ident, $value:ident) => {
        integers!($trait, $value: i8 i16 i32 i64 isize u8 u16 u32 u64 usize);
    };
    ($trait:ident, $value:ident: $($integer:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl $trait for $integer {
            fn into_value(self) -> Option<$value> {
                Some(self.into())
            }
        }
    )*};
}

/// Types that the setter of a number field accepts: a [`Number`], or an integer of up to 64 bits.
#[diagnostic::on_unimplemented(
    message = "a telecrm NUMBER field takes a number, not `{Self}`",
    label = "expected a `Number` or an integer",
    note = "telecrm silently drops text in a number field, and a float may be NaN or infinite, which JSON cannot represent",
    note = "integers are accepted directly; for a decimal literal, write `number!(2.5)`",
    note = "for a float or text known at run time, write `Number::try_from(float)?` or `text.parse::<Number>()?`"
)]
pub trait IntoNumber {
    /// Returns the value, or `None` to leave the field unset.
    fn into_value(self) -> Option<Number>;
}

#[diagnostic::do_not_recommend]
impl IntoNumber for Number {
    fn into_value(self) -> Option<Number> {
        Some(self)
    }
}

integers!(IntoNumber, Number);
#[diagnostic::do_not_recommend]
impl<U: IntoNumber> IntoNumber for Option<U> {
    fn into_value(self) -> Option<Number> {
        self.and_then(U::into_value)
    }
}

/// Types that the setter of a money field accepts: a [`Money`], or an integer of up to 64 bits.
#[diagnostic::on_unimplemented(
    message = "a telecrm MONEY field takes a `Money` or an integer, not `{Self}`",
    label = "not an exact amount of money",
    note = "telecrm accepts money only as a numeric string and silently drops any other value; a float cannot represent most amounts exactly",
    note = "integers are accepted directly; for a decimal literal, write `money!(\"1500.50\")`",
    note = "for text known at run time, write `text.parse::<Money>()?`"
)]
pub trait IntoMoney {
    /// Returns the value, or `None` to leave the field unset.
    fn into_value(self) -> Option<Money>;
}

#[diagnostic::do_not_recommend]
impl IntoMoney for Money {
    fn into_value(self) -> Option<Money> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl<U: IntoMoney> IntoMoney for Option<U> {
    fn into_value(self) -> Option<Money> {
        self.and_then(U::into_value)
    }
}

integers!(IntoMoney, Money);

/// Types that the setter of a date field accepts: a [`Date`] or a `SystemTime`.
///
/// With the features `jiff`, `chrono` and `time`, the setter also accepts the instants of these crates.
/// The instant must be within the years 1 to 9999.
#[diagnostic::on_unimplemented(
    message = "a telecrm DATE field takes an instant, not `{Self}`",
    label = "not an instant",
    note = "telecrm parses a date in text according to the workspace's settings, and silently drops a date that it cannot parse",
    note = "pass `SystemTime::now()`, `Date::from_unix_millis(millis)?`, or `\"2026-05-01T10:00:00+05:30\".parse::<Date>()?`",
    note = "with the features `jiff`, `chrono` and `time` of telecrm-runtime, the instants of these crates are accepted; a day or time without a time zone is not an instant"
)]
pub trait IntoDate {
    /// Returns the value, or `None` to leave the field unset.
    fn into_value(self) -> Option<Date>;
}

#[diagnostic::do_not_recommend]
impl IntoDate for Date {
    fn into_value(self) -> Option<Date> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl<U: IntoDate> IntoDate for Option<U> {
    fn into_value(self) -> Option<Date> {
        self.and_then(U::into_value)
    }
}

/// Implements [`IntoDate`] for instants of the standard library and of other crates.
///
/// Like `Date::from`, `into_value` panics if the instant is outside the years 1 to 9999, so that a lead
/// never contains another date instead.
macro_rules! instants {
    ($($(#[$feature:meta])? [$($generics:tt)*] $instant:ty;)*) => {$(
        $(#[$feature])?
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> IntoDate for $instant {
            #[track_caller]
            fn into_value(self) -> Option<Date> {
                Some(self.into())
            }
        }
    )*};
}

instants! {
    [] SystemTime;
    #[cfg(feature = "jiff")] [] jiff::Timestamp;
    #[cfg(feature = "jiff")] [] jiff::ZonedDateTime;
    #[cfg(feature = "jiff")] [] &jiff::ZonedDateTime;
    #[cfg(feature = "chrono")] [Tz: chrono::TimeZone] chrono::DateTime<Tz>;
    #[cfg(feature = "time")] [] time::OffsetDateTime;
}

/// Types that the setter of a rating field accepts: a [`Rating`].
#[diagnostic::on_unimplemented(
    message = "a telecrm RATING field takes a `Rating`, not `{Self}`",
    label = "may be outside 1 to 5",
    note = "telecrm silently drops a rating outside 1 to 5",
    note = "write `Rating::ONE` … `Rating::FIVE`, or `Rating::try_from(number)?` for a number known at run time"
)]
pub trait IntoRating {
    /// Returns the value, or `None` to leave the field unset.
    fn into_value(self) -> Option<Rating>;
}

#[diagnostic::do_not_recommend]
impl IntoRating for Rating {
    fn into_value(self) -> Option<Rating> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl<U: IntoRating> IntoRating for Option<U> {
    fn into_value(self) -> Option<Rating> {
        self.and_then(U::into_value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_and_money_setters_accept_integers() {
        assert_eq!(IntoNumber::into_value(1000), Some(Number::from(1000)));
        assert_eq!(IntoNumber::into_value(Some(3_u8)), Some(Number::from(3)));
        assert_eq!(IntoMoney::into_value(1500_u64), Some(money!("1500")));
        assert_eq!(IntoMoney::into_value(None::<i32>), None);
    }

    #[test]
    fn date_and_rating_setters_accept_instants_and_ratings() {
        let epoch = Date::from_unix_millis(0).unwrap();
        assert_eq!(SystemTime::UNIX_EPOCH.into_value(), Some(epoch));
        assert_eq!(Some(epoch).into_value(), Some(epoch));
        assert_eq!(Some(Rating::FIVE).into_value(), Some(Rating::FIVE));
        #[cfg(feature = "jiff")]
        assert_eq!(jiff::Timestamp::UNIX_EPOCH.into_value(), Some(epoch));
        #[cfg(feature = "chrono")]
        assert_eq!(chrono::DateTime::UNIX_EPOCH.into_value(), Some(epoch));
        #[cfg(feature = "time")]
        assert_eq!(time::OffsetDateTime::UNIX_EPOCH.into_value(), Some(epoch));
    }
}
