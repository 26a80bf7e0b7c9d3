//! Secrets that senders of webhooks know.

use std::fmt;
use std::str::FromStr;

use subtle::ConstantTimeEq as _;

/// A secret of a sender: the token of a webhook, or the key of Google's lead forms.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Returns whether the text is the secret, in a time that does not depend on the text.
    pub(crate) fn matches(&self, text: &str) -> bool {
        self.0.as_bytes().ct_eq(text.as_bytes()).into()
    }
}

/// The error for a secret without characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the secret is blank")]
pub struct BlankSecret;

impl FromStr for Secret {
    type Err = BlankSecret;

    fn from_str(text: &str) -> Result<Self, BlankSecret> {
        let text = text.trim();
        if text.is_empty() { Err(BlankSecret) } else { Ok(Self(text.to_owned())) }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secret_matches_only_its_exact_text_and_is_not_shown() {
        let secret: Secret = " s3cret ".parse().expect("a secret");
        assert!(secret.matches("s3cret"));
        for other in ["", "s3cre", "s3cret ", "S3CRET", "s3cretx"] {
            assert!(!secret.matches(other), "{other}");
        }
        assert_eq!(format!("{secret:?}"), "Secret");
        assert_eq!(" ".parse::<Secret>().err(), Some(BlankSecret));
    }
}
