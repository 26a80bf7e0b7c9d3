//! Macros that create values from literals, which rustc checks.
//!
//! Each macro assigns the value to a *named* `const` in a block, so that `cargo check` and editors report
//! an invalid literal. For an inline `const { … }`, only `cargo build` reports an error.

/// Creates a value of the given type from a literal that rustc checks.
///
/// ```
/// use telecrm_runtime::{BoundedText, NonBlankText, literal};
///
/// let remark = literal!(BoundedText<1, 200>, "call after six");
/// let admission_number = literal!(NonBlankText, "ADM-2026-0042");
/// # let _ = (remark, admission_number);
/// ```
///
/// An invalid literal does not compile:
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

/// Defines the short forms of [`literal!`] with their examples.
macro_rules! short_forms {
    ($dollar:tt $($name:ident, $type:ident, $article:literal, $good:literal, $bad:literal;)*) => {$(
        #[doc = concat!("Creates ", $article, " [`", stringify!($type), "`](crate::", stringify!($type), ") from a literal that rustc checks.")]
        ///
        /// ```
        #[doc = concat!("use telecrm_runtime::{", stringify!($type), ", ", stringify!($name), "};")]
        ///
        #[doc = concat!("assert_eq!(", stringify!($name), "!(\"", $good, "\"), \"", $good, "\".parse::<", stringify!($type), ">()?);")]
        /// # Ok::<(), telecrm_runtime::ValueError>(())
        /// ```
        ///
        /// An invalid literal does not compile:
        ///
        /// ```compile_fail
        #[doc = concat!("let value = telecrm_runtime::", stringify!($name), "!(\"", $bad, "\");")]
        /// ```
        #[macro_export]
        macro_rules! $name {
            ($dollar text:expr $dollar (,)?) => {{
                const LITERAL: $dollar crate::$type = $dollar crate::$type::from_static($dollar text);
                LITERAL
            }};
        }
    )*};
}

short_forms! { $
    phone, Phone, "a", "919999999999", "99999 99999";
    email, Email, "an", "jane.doe@example.com", "jane.doe";
    money, Money, "a", "1500.50", "Rs 1,500.50";
    amount, Amount, "an", "5000", "0";
    website, Website, "a", "https://example.com", "example.com";
    media_link, MediaLink, "a", "https://example.com/marks.pdf", "marks.pdf";
    active_user, ActiveUser, "an", "asha@example.com", "asha";
}

/// Creates a [`Number`](crate::Number) from a literal that rustc checks.
///
/// Decimals need this macro. Setters accept integers without it.
///
/// ```
/// use telecrm_runtime::{Number, number};
///
/// assert_eq!(number!(-3), Number::from(-3));
/// assert_eq!(number!(2.5), Number::try_from(2.5)?);
/// # Ok::<(), telecrm_runtime::ValueError>(())
/// ```
///
/// A number that JSON cannot represent does not compile:
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
    reason = "`number!` casts its literal, and clippy ignores external macros in other crates"
)]
mod tests {
    use crate::{Amount, BoundedText, Number, Phone};

    #[test]
    fn d04_literals_are_checked_in_const_evaluation() {
        const PHONE: Phone = phone!("+919999999999");
        assert_eq!(PHONE, "919999999999".parse().unwrap());
        assert_eq!(amount!("5000"), Amount::try_from(5000).unwrap());
        assert_eq!(crate::literal!(BoundedText<1, 10>, "x").as_str(), "x");
        assert_eq!(crate::number!(2.50), Number::try_from(2.5).unwrap());
    }
}
