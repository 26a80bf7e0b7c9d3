//! Who sends, and on whose behalf.

use std::fmt;
use std::str::FromStr;

/// An enterprise id or a token that telecrm cannot take, refused before it is sent. The message does
/// not repeat it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a telecrm {kind}: {rule}")]
pub struct CredentialError {
    kind: &'static str,
    rule: &'static str,
}

/// The id of a workspace, as in the path of every request (telecrm: Async API): ASCII letters,
/// digits, `-` and `_`.
///
/// ```
/// use telecrm_runtime::EnterpriseId;
///
/// let enterprise_id = EnterpriseId::parse("62ab16e0f1c2d3e4f5a6b7c8")?;
/// assert!(EnterpriseId::parse("../admin").is_err());
/// # let _ = enterprise_id;
/// # Ok::<(), telecrm_runtime::CredentialError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EnterpriseId(String);

impl EnterpriseId {
    /// The id, where it can stand in a path as it is.
    ///
    /// # Errors
    ///
    /// Where it is blank, or has any other character than those.
    pub fn parse(id: impl Into<String>) -> Result<Self, CredentialError> {
        let id = id.into();
        let refused = |rule| CredentialError { kind: "enterprise id", rule };
        if id.trim().is_empty() {
            return Err(refused("it is blank; copy it from telecrm's API settings"));
        }
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if !id.bytes().all(fits) {
            return Err(refused(
                "it has a character other than ASCII letters, digits, `-` and `_`; copy the id alone, without address, blanks or line break",
            ));
        }
        Ok(Self(id))
    }

    /// The id as it goes into the path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EnterpriseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for EnterpriseId {
    type Err = CredentialError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

macro_rules! tokens {
    ($($(#[$doc:meta])* $name:ident, $kind:literal;)*) => {$(
        $(#[$doc])*
        ///
        /// It appears in no `Debug`, error or log, and is neither `Display` nor `Serialize`.
        #[derive(Clone)]
        pub struct $name(String);

        impl $name {
            /// The token, where it can stand behind `Authorization: Bearer `.
            ///
            /// # Errors
            ///
            /// Where it is blank, has a blank or a line break in it, or comes with the word `Bearer`.
            pub fn parse(token: impl Into<String>) -> Result<Self, CredentialError> {
                let token = token.into();
                match check_token(&token) {
                    Ok(()) => Ok(Self(token)),
                    Err(rule) => Err(CredentialError { kind: $kind, rule }),
                }
            }

            /// The secret itself, for the header alone.
            #[cfg_attr(
                not(feature = "sync"),
                allow(dead_code, reason = "of the two, one is used with the feature `sync` alone")
            )]
            pub(crate) fn expose(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }

        impl FromStr for $name {
            type Err = CredentialError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }
    )*};
}

tokens! {
    /// A token of the Async API, which [`Client::send`](crate::Client::send) feeds (telecrm: Async
    /// API). A Sync token is another type, since either API refuses the other's token with 401.
    AsyncToken, "Async token";

    /// A token of the Sync API (telecrm: Sync API). An Async token is another type, since either API
    /// refuses the other's token with 401.
    SyncToken, "Sync token";
}

fn check_token(token: &str) -> Result<(), &'static str> {
    if token.trim().is_empty() {
        return Err("it is blank; copy it from telecrm's API settings");
    }
    let word = token.split_whitespace().next();
    if word.is_some_and(|word| word.eq_ignore_ascii_case("bearer")) {
        return Err("it comes with the word `Bearer`; leave it out, the client adds it");
    }
    if token.contains(char::is_whitespace) {
        return Err("it has a blank or a line break; copy the token alone");
    }
    if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("it has a character that no HTTP header takes; copy the token alone");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d32_a_token_with_bearer_blanks_or_a_line_break_is_refused() {
        for (token, rule) in [
            ("", "it is blank"),
            (" \n", "it is blank"),
            ("Bearer s3cret", "it comes with the word `Bearer`"),
            (" bearer\ts3cret", "it comes with the word `Bearer`"),
            ("bearer", "it comes with the word `Bearer`"),
            ("s3cret\n", "it has a blank or a line break"),
            (" s3cret", "it has a blank or a line break"),
            ("s3 cret", "it has a blank or a line break"),
            ("s3crét", "it has a character that no HTTP header takes"),
            ("s3cret\u{200b}", "it has a character that no HTTP header takes"),
            ("s3cret\u{0}", "it has a character that no HTTP header takes"),
        ] {
            let message = AsyncToken::parse(token).expect_err(token).to_string();
            assert!(message.starts_with("not a telecrm Async token: "), "{message}");
            assert!(message.contains(rule), "{token:?}: {message}");
            assert!(!message.contains("s3"), "{message}");
            assert!(SyncToken::parse(token).is_err());
        }
        assert_eq!(
            AsyncToken::parse("BearerOfNews-1.2_3=").unwrap().expose(),
            "BearerOfNews-1.2_3="
        );
    }

    #[test]
    fn a_token_is_not_in_its_debug_output() {
        assert_eq!(format!("{:?}", AsyncToken::parse("s3cret").unwrap()), "AsyncToken(…)");
        assert_eq!(format!("{:?}", SyncToken::parse("s3cret").unwrap()), "SyncToken(…)");
    }

    #[test]
    fn an_enterprise_id_is_one_segment_of_a_path() {
        assert_eq!(EnterpriseId::parse("a-B_9").unwrap().to_string(), "a-B_9");
        for id in ["", " ", "a/b", "..", "a b", "a?b", "a%2fb", "á", "a\n", "<id>"] {
            let error = id.parse::<EnterpriseId>().expect_err(id).to_string();
            assert!(error.starts_with("not a telecrm enterprise id: "), "{error}");
        }
    }
}
