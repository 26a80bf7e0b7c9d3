//! Credentials: enterprise id and API tokens.

use std::fmt;
use std::str::FromStr;

use crate::invisible::is_invisible_alone;

/// Error for an enterprise id or a token that telecrm cannot accept (D32).
///
/// The message does not repeat the value.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a telecrm {kind}: {rule}")]
pub struct CredentialError {
    kind: &'static str,
    rule: &'static str,
}

impl fmt::Debug for CredentialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// Id of a workspace: ASCII letters, digits, `-` and `_`.
///
/// It is part of the path of every request (telecrm: Async API).
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
    /// Parses an enterprise id.
    ///
    /// # Errors
    ///
    /// Returns an error if the id is blank, in quotes or a placeholder, or has a character other
    /// than ASCII letters, digits, `-` and `_`.
    pub fn parse(id: impl Into<String>) -> Result<Self, CredentialError> {
        let id = id.into();
        let refused = |rule| CredentialError { kind: "enterprise id", rule };
        check_copied(&id).map_err(refused)?;
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if !id.bytes().all(fits) {
            return Err(refused(
                "it has a character other than ASCII letters, digits, `-` and `_`; copy only the id, without address, spaces or line break",
            ));
        }
        Ok(Self(id))
    }

    /// Returns the id as it appears in the path.
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
        /// The token does not appear in `Debug`, errors or logs. There is no `Display` and no
        /// `Serialize`.
        #[derive(Clone)]
        pub struct $name(String);

        impl $name {
            /// Parses a token for the header `Authorization: Bearer `.
            ///
            /// # Errors
            ///
            /// Returns an error if the token is blank, in quotes or a placeholder, if it contains a
            /// space, a line break or an invisible character, or if it contains the word `Bearer`.
            pub fn parse(token: impl Into<String>) -> Result<Self, CredentialError> {
                let token = token.into();
                match check_token(&token) {
                    Ok(()) => Ok(Self(token)),
                    Err(rule) => Err(CredentialError { kind: $kind, rule }),
                }
            }

            /// Returns the secret, only for the header.
            #[cfg_attr(
                not(feature = "sync"),
                allow(dead_code, reason = "`SyncToken` uses it only with the feature `sync`")
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
    /// Token of the Async API, for [`Client`](crate::Client) (telecrm: Async API).
    ///
    /// A Sync token has a separate type, because each API refuses the other API's token with 401.
    AsyncToken, "Async token";

    /// Token of the Sync API (telecrm: Sync API).
    ///
    /// An Async token has a separate type, because each API refuses the other API's token with 401.
    SyncToken, "Sync token";
}

fn check_token(token: &str) -> Result<(), &'static str> {
    let word = token.split_whitespace().next().unwrap_or_default();
    let word = word.trim_matches(is_quote).trim_end_matches(':');
    if word.eq_ignore_ascii_case("bearer") || word.eq_ignore_ascii_case("authorization") {
        return Err("it contains the word `Bearer`; remove it, because the client adds it");
    }
    check_copied(token)?;
    if token.contains(char::is_whitespace) {
        return Err("it has a space or a line break; copy only the token");
    }
    if token.contains(is_invisible) {
        return Err("it has an invisible character; copy only the token, or retype that part");
    }
    if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("it has a character that HTTP headers do not allow; copy only the token");
    }
    Ok(())
}

/// Returns an error for a credential that was copied with other text, or never filled in.
fn check_copied(text: &str) -> Result<(), &'static str> {
    let visible = text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
    if visible.is_empty() {
        return Err("it is blank; copy it from telecrm: Settings → Website and API");
    }
    if is_placeholder(visible.trim_matches(is_quote)) {
        return Err(
            "it is a placeholder; copy the real value from telecrm: Settings → Website and API",
        );
    }
    if visible.starts_with(is_quote) || visible.ends_with(is_quote) {
        return Err("it is in quotes; remove them");
    }
    Ok(())
}

/// Whether a character is a quotation mark, which editors, shells and `.env` files add.
fn is_quote(character: char) -> bool {
    matches!(
        character,
        '"' | '\'' | '`' | '´' | '«' | '»' | '‘'..='‟' | '‹' | '›' | '′' | '″' | '「'..='』'
            | '〝'..='〟' | '＂' | '＇' | '｀'
    )
}

fn is_invisible(character: char) -> bool {
    character.is_control() || is_invisible_alone(character)
}

/// Whether a text is the placeholder for a credential that was never filled in.
fn is_placeholder(text: &str) -> bool {
    /// Words that no real credential consists of.
    ///
    /// Scripts write `undefined` and `null` for a variable that is not set.
    const PLACEHOLDER: &[&str] = &[
        "your",
        "my",
        "here",
        "goes",
        "insert",
        "paste",
        "enter",
        "put",
        "add",
        "replace",
        "change",
        "changeme",
        "placeholder",
        "todo",
        "tbd",
        "fixme",
        "dummy",
        "undefined",
        "null",
        "none",
        "nil",
        "nan",
    ];
    /// Words that appear with these in placeholders; on their own they may be real names.
    const NEUTRAL: &[&str] = &[
        "the",
        "async",
        "sync",
        "api",
        "auth",
        "access",
        "bearer",
        "telecrm",
        "crm",
        "token",
        "key",
        "secret",
        "enterprise",
        "workspace",
        "id",
        "with",
        "me",
        "this",
        "example",
        "sample",
        "value",
        "real",
        "actual",
        "copy",
    ];

    let marked = |open: &str, close: &str| text.starts_with(open) && text.ends_with(close);
    if marked("<", ">") || marked("${", "}") || marked("{", "}") || marked("[", "]") {
        return true;
    }
    if marked("%", "%") || marked("$(", ")") || marked("(", ")") || marked("__", "__") {
        return true;
    }
    if text.starts_with('$') && text[1..].bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        return true;
    }
    // A single repeated character: `xxxx`, `****`, `....`, `XXXX-XXXX`.
    let mut characters = text.chars().filter(|c| !matches!(c, '-' | '_' | ' '));
    let first = characters.next().map(|first| first.to_ascii_lowercase());
    let repeated = characters.all(|c| Some(c.to_ascii_lowercase()) == first);
    let masks = |c: char| matches!(c, 'x' | '0' | '*' | '.' | '?' | '#' | '…' | '•' | '●');
    if repeated && first.is_none_or(masks) {
        return true;
    }
    let words = words(text);
    let is_placeholder_word = |word: &String| PLACEHOLDER.contains(&word.as_str());
    words.iter().any(is_placeholder_word)
        && words.iter().all(|word| is_placeholder_word(word) || NEUTRAL.contains(&word.as_str()))
}

/// Returns the words of `ASYNC_TOKEN`, `async-token` or `asyncToken` in lower case.
fn words(text: &str) -> Vec<String> {
    let mut spaced = String::new();
    let mut previous_lower = false;
    for character in text.chars() {
        if character.is_alphanumeric() {
            if previous_lower && character.is_uppercase() {
                spaced.push(' ');
            }
            spaced.extend(character.to_lowercase());
        } else {
            spaced.push(' ');
        }
        previous_lower = character.is_lowercase();
    }
    spaced.split_whitespace().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d32_token_with_bearer_spaces_or_a_line_break_is_refused() {
        for (token, rule) in [
            ("", "it is blank"),
            (" \n", "it is blank"),
            ("Bearer s3cret", "it contains the word `Bearer`"),
            (" bearer\ts3cret", "it contains the word `Bearer`"),
            ("bearer", "it contains the word `Bearer`"),
            ("'Bearer s3cret'", "it contains the word `Bearer`"),
            ("Authorization: Bearer s3cret", "it contains the word `Bearer`"),
            ("s3cret\n", "it has a space or a line break"),
            (" s3cret", "it has a space or a line break"),
            ("s3 cret", "it has a space or a line break"),
            ("s3\u{a0}cret", "it has a space or a line break"),
            ("s3crét", "it has a character that HTTP headers do not allow"),
            ("s3cret\u{200b}", "it has an invisible character"),
            ("s3\u{ad}cret", "it has an invisible character"),
            ("\u{feff}s3cret", "it has an invisible character"),
            ("\u{202a}s3cret\u{202c}", "it has an invisible character"),
            ("s3cret\u{0}", "it has an invisible character"),
            ("\u{200b}", "it is blank"),
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
    fn d32_credential_in_quotes_is_refused() {
        for quoted in [
            "\"t0ken\"",
            "'t0ken'",
            "`t0ken`",
            "“t0ken”",
            "„t0ken“",
            "‘t0ken’",
            "«t0ken»",
            "‹t0ken›",
            "「t0ken」",
            "＂t0ken＂",
            "\"t0ken",
            "t0ken'",
            " \"t0ken\" ",
        ] {
            for error in [
                AsyncToken::parse(quoted).expect_err(quoted),
                SyncToken::parse(quoted).expect_err(quoted),
                EnterpriseId::parse(quoted).expect_err(quoted),
            ] {
                assert!(error.to_string().contains("it is in quotes"), "{quoted}: {error}");
                assert!(!format!("{error:?}").contains("t0ken"), "{error:?}");
            }
        }
    }

    #[test]
    fn d32_placeholder_is_refused() {
        for placeholder in [
            "<YOUR_ASYNC_TOKEN>",
            "YOUR_ASYNC_TOKEN",
            "your-async-token",
            "yourAsyncToken",
            "xxxx",
            "XXXXXXXX",
            "xxxx-xxxx-xxxx",
            "****",
            "...",
            "${TOKEN}",
            "$TOKEN",
            "{{token}}",
            "{token}",
            "%TOKEN%",
            "[token]",
            "<token>",
            "your_token_here",
            "INSERT_TOKEN",
            "changeme",
            "CHANGE-ME",
            "replace_me",
            "TODO",
            "placeholder",
            "paste-your-token-here",
            "$(token)",
            "\"YOUR_TOKEN\"",
            "<t0ken>",
            "__TOKEN__",
            "0000000000000000",
            "undefined",
            "null",
            "None",
        ] {
            let error = AsyncToken::parse(placeholder).expect_err(placeholder).to_string();
            assert!(error.contains("it is a placeholder"), "{placeholder}: {error}");
        }
        for placeholder in
            ["<ENTERPRISE_ID>", "YOUR_ENTERPRISE_ID", "xxxx", "${ID}", "{{enterprise_id}}"]
        {
            let error = EnterpriseId::parse(placeholder).expect_err(placeholder).to_string();
            assert!(error.contains("it is a placeholder"), "{placeholder}: {error}");
        }
        for real in [
            "t0ken",
            "async-token",
            "emulator-async-token",
            "emulator-sync-token",
            "a",
            "token-4711",
            "eyJhbGciOi.J9-x_y=",
            "my5ecret",
            "xxxy",
        ] {
            assert!(AsyncToken::parse(real).is_ok(), "{real}");
        }
        for real in ["acme", "emulator", "62ab16e0f1c2d3e4f5a6b7c8", "sample", "a", "enterprise"] {
            assert!(EnterpriseId::parse(real).is_ok(), "{real}");
        }
    }

    #[test]
    fn debug_output_does_not_contain_the_token() {
        assert_eq!(format!("{:?}", AsyncToken::parse("s3cret").unwrap()), "AsyncToken(…)");
        assert_eq!(format!("{:?}", SyncToken::parse("s3cret").unwrap()), "SyncToken(…)");
    }

    #[test]
    fn enterprise_id_is_one_path_segment() {
        assert_eq!(EnterpriseId::parse("a-B_9").unwrap().to_string(), "a-B_9");
        for id in ["", " ", "a/b", "..", "a b", "a?b", "a%2fb", "á", "a\n", "<id>"] {
            let error = id.parse::<EnterpriseId>().expect_err(id).to_string();
            assert!(error.starts_with("not a telecrm enterprise id: "), "{error}");
        }
    }
}
