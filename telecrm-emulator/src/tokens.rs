//! Tokens of the two APIs, and the hourly limit of each.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// The Async token that every emulator starts with.
pub(crate) const ASYNC_TOKEN: &str = "emulator-async-token";
/// The Sync token that every emulator starts with.
pub(crate) const SYNC_TOKEN: &str = "emulator-sync-token";

/// telecrm's limit of requests an hour, for each Async token.
pub const HOURLY_LIMIT: u32 = 18_000;

/// The most tokens of one kind that a workspace has at a time.
const TOKENS_OF_A_KIND: usize = 3;
const HOUR: u64 = 60 * 60 * 1000;

/// Which of the two APIs a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TokenKind {
    /// For the Async API.
    Async,
    /// For the Sync API.
    Sync,
}

/// A workspace has three tokens of each kind at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a workspace has at most {TOKENS_OF_A_KIND} tokens of a kind; revoke one first")]
#[non_exhaustive]
pub struct TooManyTokens;

/// Why a request is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turned {
    /// What to say of the token.
    Away(&'static str),
    /// Too many requests; the first of them is an hour old in so many milliseconds.
    Back { millis: u64 },
}

#[derive(Debug)]
struct Token {
    kind: TokenKind,
    text: String,
    revoked: bool,
    /// When it was used within the last hour, oldest first. Only where there is a limit.
    uses: VecDeque<u64>,
}

/// The tokens of a workspace, the revoked ones among them.
#[derive(Debug)]
pub(crate) struct Tokens {
    tokens: Vec<Token>,
    made: u64,
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
        Self { tokens, made: 0 }
    }
}

impl Tokens {
    /// Makes another token.
    pub(crate) fn create(&mut self, kind: TokenKind) -> Result<String, TooManyTokens> {
        let valid = self.tokens.iter().filter(|token| token.kind == kind && !token.revoked);
        if valid.count() >= TOKENS_OF_A_KIND {
            return Err(TooManyTokens);
        }
        self.made += 1;
        let first = if kind == TokenKind::Async { ASYNC_TOKEN } else { SYNC_TOKEN };
        let text = format!("{first}-{}", self.made + 1);
        self.tokens.push(Token { kind, text: text.clone(), revoked: false, uses: VecDeque::new() });
        Ok(text)
    }

    /// Deletes a token; from now on it is refused. `false` where no such token exists.
    pub(crate) fn revoke(&mut self, text: &str) -> bool {
        let token = self.tokens.iter_mut().find(|token| token.text == text && !token.revoked);
        token.map(|token| token.revoked = true).is_some()
    }

    /// Lets a request with this token in, or says why not. With a limit, it counts.
    pub(crate) fn admit(
        &mut self,
        text: &str,
        kind: TokenKind,
        limit: Option<u32>,
        now: u64,
    ) -> Result<(), Turned> {
        let token = self.tokens.iter_mut().find(|token| token.text == text);
        let Some(token) = token else { return Err(Turned::Away(unknown(text))) };
        if token.revoked {
            return Err(Turned::Away("this token was revoked"));
        }
        if token.kind != kind {
            return Err(Turned::Away(match kind {
                TokenKind::Async => {
                    "this is a Sync token, and the Async API takes Async tokens only"
                }
                TokenKind::Sync => {
                    "this is an Async token, and the Sync API takes Sync tokens only"
                }
            }));
        }
        let Some(limit) = limit else { return Ok(()) };
        while token.uses.front().is_some_and(|used| used.saturating_add(HOUR) <= now) {
            token.uses.pop_front();
        }
        if token.uses.len() >= usize::try_from(limit).unwrap_or(usize::MAX) {
            let oldest = token.uses.front().map_or(HOUR, |used| used.saturating_add(HOUR) - now);
            return Err(Turned::Back { millis: oldest });
        }
        token.uses.push_back(now);
        Ok(())
    }
}

/// The messages never repeat what was sent: it may be a token of the real service.
fn unknown(text: &str) -> &'static str {
    if text.trim_start().starts_with("Bearer") {
        "the word `Bearer` was sent twice"
    } else if text.contains(char::is_whitespace) {
        "the token has spaces in it"
    } else {
        "no such token"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_later_there_is_room_again_to_the_millisecond() {
        let mut tokens = Tokens::default();
        let mut ask = |now| tokens.admit(ASYNC_TOKEN, TokenKind::Async, Some(2), now);
        assert_eq!(ask(0), Ok(()));
        assert_eq!(ask(10), Ok(()));
        assert_eq!(ask(20), Err(Turned::Back { millis: HOUR - 20 }));
        assert_eq!(ask(HOUR - 1), Err(Turned::Back { millis: 1 }));
        assert_eq!(ask(HOUR), Ok(()));
        assert_eq!(ask(HOUR + 9), Err(Turned::Back { millis: 1 }));
        assert_eq!(ask(HOUR + 10), Ok(()));
    }

    #[test]
    fn there_are_three_tokens_of_a_kind_at_a_time() {
        let mut tokens = Tokens::default();
        let second = tokens.create(TokenKind::Async).expect("the second");
        tokens.create(TokenKind::Async).expect("the third");
        assert_eq!(tokens.create(TokenKind::Async), Err(TooManyTokens));
        assert!(tokens.create(TokenKind::Sync).is_ok());
        assert!(tokens.revoke(&second) && !tokens.revoke(&second) && !tokens.revoke("x"));
        let fourth = tokens.create(TokenKind::Async).expect("there is room again");
        assert_ne!(second, fourth);
        let mut ask = |text: &str| tokens.admit(text, TokenKind::Async, None, 0);
        assert_eq!(ask(&fourth), Ok(()));
        assert_eq!(ask(&second), Err(Turned::Away("this token was revoked")));
    }
}
