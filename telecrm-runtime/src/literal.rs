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
/// A literal that does not fit does not compile:
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

/// Defines the short forms of [`literal!`], each with its examples.
macro_rules! short_forms {
    ($dollar:tt $($name:ident, $type:ident, $article:literal, $good:literal, $bad:literal;)*) => {$(
        #[doc = concat!($article, " [`", stringify!($type), "`](crate::", stringify!($type), ") from a literal, checked by rustc.")]
        ///
        /// ```
        #[doc = concat!("use telecrm_runtime::{", stringify!($type), ", ", stringify!($name), "};")]
        ///
        #[doc = concat!("assert_eq!(", stringify!($name), "!(\"", $good, "\"), \"", $good, "\".parse::<", stringify!($type), ">()?);")]
        /// # Ok::<(), telecrm_runtime::ValueError>(())
        /// ```
        ///
        /// A literal that does not fit does not compile:
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
    phone, Phone, "A", "919999999999", "99999 99999";
    email, Email, "An", "jane.doe@example.com", "jane.doe";
    money, Money, "A", "1500.50", "Rs 1,500.50";
    amount, Amount, "An", "5000", "0";
    website, Website, "A", "https://example.com", "example.com";
    media_link, MediaLink, "A", "https://example.com/marks.pdf", "marks.pdf";
    active_user, ActiveUser, "An", "asha@example.com", "asha";
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
/// A number that JSON cannot hold does not compile:
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
        const PHONE: Phone = phone!("+919999999999");
        assert_eq!(PHONE, "919999999999".parse().unwrap());
        assert_eq!(amount!("5000"), Amount::try_from(5000).unwrap());
        assert_eq!(crate::literal!(BoundedText<1, 10>, "x").as_str(), "x");
        assert_eq!(crate::number!(2.50), Number::try_from(2.5).unwrap());
    }
}
