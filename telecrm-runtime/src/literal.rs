//! Values from literals, checked by rustc.
//!
//! Each macro puts the value in a *named* `const` inside a block: a bad literal is then an error
//! under `cargo check` and in editors too, where an inline `const { … }` stays silent until
//! `cargo build`.

/// A value of the given type from a literal, checked by rustc.
///
/// ```
/// use telecrm_runtime::{BoundedText, NonBlankText, literal};
///
/// let remark = literal!(BoundedText<1, 200>, "call after six");
/// let admission_number = literal!(NonBlankText, "ADM-2026-0042");
/// # let _ = (remark, admission_number);
/// ```
///
/// What does not fit does not compile:
///
/// ```compile_fail
/// let remark = telecrm_runtime::literal!(telecrm_runtime::BoundedText<1, 5>, "call after six");
/// ```
#[macro_export]
macro_rules! literal {
    ($type:ty, $text:expr $(,)?) => {{
        const LITERAL: $type = <$type>::from_static($text);
        LITERAL
    }};
}

/// A [`Phone`](crate::Phone) from a literal, checked by rustc.
///
/// ```
/// use telecrm_runtime::{Phone, phone};
///
/// assert_eq!(phone!("919999999999"), "919999999999".parse::<Phone>()?);
/// # Ok::<(), telecrm_runtime::ValueError>(())
/// ```
///
/// What does not fit does not compile:
///
/// ```compile_fail
/// let value = telecrm_runtime::phone!("99999 99999");
/// ```
#[macro_export]
macro_rules! phone {
    ($text:expr $(,)?) => {{
        const LITERAL: $crate::Phone = $crate::Phone::from_static($text);
        LITERAL
    }};
}

/// An [`Email`](crate::Email) from a literal, checked by rustc.
///
/// ```
/// use telecrm_runtime::{Email, email};
///
/// assert_eq!(email!("jane.doe@example.com"), "jane.doe@example.com".parse::<Email>()?);
/// # Ok::<(), telecrm_runtime::ValueError>(())
/// ```
///
/// What does not fit does not compile:
///
/// ```compile_fail
/// let value = telecrm_runtime::email!("jane.doe");
/// ```
#[macro_export]
macro_rules! email {
    ($text:expr $(,)?) => {{
        const LITERAL: $crate::Email = $crate::Email::from_static($text);
        LITERAL
    }};
}

/// A [`Money`](crate::Money) from a literal, checked by rustc.
///
/// ```
/// use telecrm_runtime::{Money, money};
///
/// assert_eq!(money!("1500.50"), "1500.50".parse::<Money>()?);
/// # Ok::<(), telecrm_runtime::ValueError>(())
/// ```
///
/// What does not fit does not compile:
///
/// ```compile_fail
/// let value = telecrm_runtime::money!("Rs 1,500.50");
/// ```
#[macro_export]
macro_rules! money {
    ($text:expr $(,)?) => {{
        const LITERAL: $crate::Money = $crate::Money::from_static($text);
        LITERAL
    }};
}

/// An [`Amount`](crate::Amount) of a payment from a literal, checked by rustc.
///
/// ```
/// use telecrm_runtime::{Amount, amount};
///
/// assert_eq!(amount!("5000"), "5000".parse::<Amount>()?);
/// # Ok::<(), telecrm_runtime::ValueError>(())
/// ```
///
/// What does not fit does not compile:
///
/// ```compile_fail
/// let value = telecrm_runtime::amount!("0");
/// ```
#[macro_export]
macro_rules! amount {
    ($text:expr $(,)?) => {{
        const LITERAL: $crate::Amount = $crate::Amount::from_static($text);
        LITERAL
    }};
}

/// A [`Website`](crate::Website) from a literal, checked by rustc.
///
/// ```
/// use telecrm_runtime::{Website, website};
///
/// assert_eq!(website!("https://example.com"), "https://example.com".parse::<Website>()?);
/// # Ok::<(), telecrm_runtime::ValueError>(())
/// ```
///
/// What does not fit does not compile:
///
/// ```compile_fail
/// let value = telecrm_runtime::website!("example.com");
/// ```
#[macro_export]
macro_rules! website {
    ($text:expr $(,)?) => {{
        const LITERAL: $crate::Website = $crate::Website::from_static($text);
        LITERAL
    }};
}

/// A [`MediaLink`](crate::MediaLink) from a literal, checked by rustc.
///
/// ```
/// use telecrm_runtime::{MediaLink, media_link};
///
/// assert_eq!(media_link!("https://example.com/marks.pdf"), "https://example.com/marks.pdf".parse::<MediaLink>()?);
/// # Ok::<(), telecrm_runtime::ValueError>(())
/// ```
///
/// What does not fit does not compile:
///
/// ```compile_fail
/// let value = telecrm_runtime::media_link!("marks.pdf");
/// ```
#[macro_export]
macro_rules! media_link {
    ($text:expr $(,)?) => {{
        const LITERAL: $crate::MediaLink = $crate::MediaLink::from_static($text);
        LITERAL
    }};
}

/// An [`ActiveUser`](crate::ActiveUser) from a literal, checked by rustc.
///
/// ```
/// use telecrm_runtime::{ActiveUser, active_user};
///
/// assert_eq!(active_user!("asha@example.com"), "asha@example.com".parse::<ActiveUser>()?);
/// # Ok::<(), telecrm_runtime::ValueError>(())
/// ```
///
/// What does not fit does not compile:
///
/// ```compile_fail
/// let value = telecrm_runtime::active_user!("asha");
/// ```
#[macro_export]
macro_rules! active_user {
    ($text:expr $(,)?) => {{
        const LITERAL: $crate::ActiveUser = $crate::ActiveUser::from_static($text);
        LITERAL
    }};
}

/// A [`Number`](crate::Number) from a literal, checked by rustc: for decimals. Setters take integers
/// as they are.
///
/// ```
/// use telecrm_runtime::{Number, number};
///
/// assert_eq!(number!(-3), Number::from(-3));
/// assert_eq!(number!(2.5), Number::try_from(2.5)?);
/// # Ok::<(), telecrm_runtime::ValueError>(())
/// ```
///
/// What JSON cannot hold does not compile:
///
/// ```compile_fail
/// let value = telecrm_runtime::number!(f64::NAN);
/// ```
#[macro_export]
macro_rules! number {
    ($number:expr $(,)?) => {{
        const LITERAL: $crate::Number =
            $crate::Number::from_literal($number as f64, $number as i128);
        LITERAL
    }};
}

#[cfg(test)]
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "of `number!`, about which clippy is silent in other crates"
)]
mod tests {
    use crate::{Amount, BoundedText, Number, Phone};

    #[test]
    fn d04_literals_are_checked_in_const_evaluation() {
        const PHONE: Phone = crate::phone!("+919999999999");
        assert_eq!(PHONE, "919999999999".parse().unwrap());
        assert_eq!(crate::amount!("5000"), Amount::try_from(5000).unwrap());
        assert_eq!(crate::literal!(BoundedText<1, 10>, "x").as_str(), "x");
        assert_eq!(crate::number!(2.50), Number::try_from(2.5).unwrap());
    }
}
