//! Tokens of the two APIs, and the hourly limit of each token.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// The initial Async token of every emulator.
pub(crate) const ASYNC_TOKEN: &str = "emulator-async-token";
/// The initial Sync token of every emulator.
pub(crate) const SYNC_TOKEN: &str = "emulator-sync-token";

/// telecrm's limit of requests per hour for each Async token.
pub const HOURLY_LIMIT: u32 = 18_000;

/// Maximum number of valid tokens of one kind in a workspace.
const MAX_TOKENS_OF_A_KIND: usize = 3;
const HOUR: u64 = 60 * 60 * 1000;

/// The API of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TokenKind {
    /// A token of the Async API.
    Async,
    /// A token of the Sync API.
    Sync,
}

/// Error when a workspace already has three tokens of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a workspace has at most {MAX_TOKENS_OF_A_KIND} tokens of a kind; revoke one first")]
#[non_exhaustive]
pub struct TooManyTokens;

/// Reason why a request is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rejection {
    /// The token is invalid, for this reason.
    InvalidToken(&'static str),
    /// The hourly limit is reached. It accepts the next request after this time.
    LimitReached { millis: u64 },
}

#[derive(Debug)]
struct Token {
    kind: TokenKind,
    text: String,
    revoked: bool,
    /// Times of use within the last hour, oldest first. Empty if there is no limit.
    uses: VecDeque<u64>,
}

/// The tokens of a workspace, including revoked tokens.
#[derive(Debug)]
pub(crate) struct Tokens {
    tokens: Vec<Token>,
    created: u64,
}

impl Default for Tokens {
    fn default() -> Self {
        let token = |kind, text: &str| Token {
            kind,
            text: text.to_owned(),
            revoked: false,
            uses: VecDeque::new(),
        };
        let tokens = vec![token(TokenKind::Async, ASYNC_TOKEN), token(TokenKind::Sync, SYNC_TOKEN)];
        Self { tokens, created: 0 }
    }
}

impl Tokens {
    /// Creates an additional token.
    pub(crate) fn create(&mut self, kind: TokenKind) -> Result<String, TooManyTokens> {
        let valid = self.tokens.iter().filter(|token| token.kind == kind && !token.revoked);
        if valid.count() >= MAX_TOKENS_OF_A_KIND {
            return Err(TooManyTokens);
        }
        self.created += 1;
        let first = if kind == TokenKind::Async { ASYNC_TOKEN } else { SYNC_TOKEN };
        let text = format!("{first}-{}", self.created + 1);
        self.tokens.push(Token { kind, text: text.clone(), revoked: false, uses: VecDeque::new() });
        Ok(text)
    }

    /// Revokes a token, and returns whether it existed.
    pub(crate) fn revoke(&mut self, text: &str) -> bool {
        let token = self.tokens.iter_mut().find(|token| token.text == text && !token.revoked);
        token.map(|token| token.revoked = true).is_some()
    }

    /// Checks a token, and counts the request if there is a limit.
    pub(crate) fn admit(
        &mut self,
        text: &str,
        kind: TokenKind,
        limit: Option<u32>,
        now: u64,
    ) -> Result<(), Rejection> {
        let token = self.tokens.iter_mut().find(|token| token.text == text);
        let Some(token) = token else { return Err(Rejection::InvalidToken(unknown(text))) };
        if token.revoked {
            return Err(Rejection::InvalidToken("this token was revoked"));
        }
        if token.kind != kind {
            return Err(Rejection::InvalidToken(match kind {
                TokenKind::Async => "this is a Sync token; the Async API accepts only Async tokens",
                TokenKind::Sync => "this is an Async token; the Sync API accepts only Sync tokens",
            }));
        }
        let Some(limit) = limit else { return Ok(()) };
        while token.uses.front().is_some_and(|used| used.saturating_add(HOUR) <= now) {
            token.uses.pop_front();
        }
        if token.uses.len() >= usize::try_from(limit).unwrap_or(usize::MAX) {
            let oldest = token.uses.front().map_or(HOUR, |used| used.saturating_add(HOUR) - now);
            return Err(Rejection::LimitReached { millis: oldest });
        }
        token.uses.push_back(now);
        Ok(())
    }
}

/// Returns a message that never contains the token: it may be a token of the real service.
fn unknown(text: &str) -> &'static str {
    if text.trim_start().starts_with("Bearer") {
        "the header contains the word `Bearer` twice"
    } else if text.contains(char::is_whitespace) {
        "the token contains spaces"
    } else {
        "no such token"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limit_accepts_the_next_request_exactly_one_hour_later() {
        let mut tokens = Tokens::default();
        let mut admit = |now| tokens.admit(ASYNC_TOKEN, TokenKind::Async, Some(2), now);
        assert_eq!(admit(0), Ok(()));
        assert_eq!(admit(10), Ok(()));
        assert_eq!(admit(20), Err(Rejection::LimitReached { millis: HOUR - 20 }));
        assert_eq!(admit(HOUR - 1), Err(Rejection::LimitReached { millis: 1 }));
        assert_eq!(admit(HOUR), Ok(()));
        assert_eq!(admit(HOUR + 9), Err(Rejection::LimitReached { millis: 1 }));
        assert_eq!(admit(HOUR + 10), Ok(()));
    }

    #[test]
    fn fourth_token_of_a_kind_is_an_error() {
        let mut tokens = Tokens::default();
        let second = tokens.create(TokenKind::Async).expect("the second");
        tokens.create(TokenKind::Async).expect("the third");
        assert_eq!(tokens.create(TokenKind::Async), Err(TooManyTokens));
        assert!(tokens.create(TokenKind::Sync).is_ok());
        assert!(tokens.revoke(&second) && !tokens.revoke(&second) && !tokens.revoke("x"));
        let fourth = tokens.create(TokenKind::Async).expect("there is room again");
        assert_ne!(second, fourth);
        let mut admit = |text: &str| tokens.admit(text, TokenKind::Async, None, 0);
        assert_eq!(admit(&fourth), Ok(()));
        assert_eq!(admit(&second), Err(Rejection::InvalidToken("this token was revoked")));
    }
}
