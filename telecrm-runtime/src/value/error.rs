//! Why a value was refused.

use std::borrow::Cow;

/// One whole static sentence about a refused value.
///
/// The checks are `const fn`s, so that the same code serves literals and input. A panic in const
/// evaluation can print a `&'static str` and nothing else: hence sentences, not templates.
pub(crate) type Sentence = &'static str;

/// A value that telecrm would drop without a word, refused before it is sent.
///
/// The message names the kind of value, the rule that was broken and the way out. It never repeats
/// the value, which may be personal data: it can be logged and shown as it is.
///
/// ```
/// use telecrm_runtime::Phone;
///
/// let error = "98765 43210".parse::<Phone>().unwrap_err();
/// assert_eq!(error.kind(), "phone");
/// assert!(error.to_string().starts_with("not a telecrm phone: it has a blank;"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ValueError {
    kind: &'static str,
    message: Cow<'static, str>,
}

impl ValueError {
    pub(crate) const fn new(kind: &'static str, sentence: Sentence) -> Self {
        Self { kind, message: Cow::Borrowed(sentence) }
    }

    pub(crate) fn with_message(kind: &'static str, message: String) -> Self {
        Self { kind, message: Cow::Owned(message) }
    }

    /// What the value was meant to be, in telecrm's words: `"phone"`, `"email"`, `"dropdown"`, …
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.kind
    }
}
