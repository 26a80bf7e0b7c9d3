//! One limiter for each token in the process.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use super::{Limiter, RateLimit};
use crate::AsyncToken;

/// Limiters by a hash of what they are for: the tokens themselves are kept nowhere but in clients.
#[derive(Default)]
struct Registry {
    limiters: HashMap<u64, Arc<Limiter>>,
    hasher: RandomState,
}

static REGISTRY: LazyLock<Mutex<Registry>> = LazyLock::new(Mutex::default);

/// The limiter of all clients with this token, endpoint and share of the limit. It outlives them for
/// an hour: who makes a client for each lead is held to the limit too.
pub(crate) fn shared(token: &AsyncToken, endpoint: &str, rate: &RateLimit) -> Option<Arc<Limiter>> {
    if rate.is_unlimited() {
        return None;
    }
    let mut registry = REGISTRY.lock().unwrap_or_else(PoisonError::into_inner);
    let Registry { limiters, hasher } = &mut *registry;
    // The endpoint too: each emulator has the same token, and a limit of its own.
    let key = hasher.hash_one((token.expose(), endpoint, rate.share_and_burst()));
    limiters.retain(|_, limiter| Arc::strong_count(limiter) > 1 || !limiter.at_rest());
    Some(Arc::clone(limiters.entry(key).or_insert_with(|| Arc::new(Limiter::new(rate)))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_the_tokens_whoever_has_it() {
        let token = |text| AsyncToken::parse(text).unwrap();
        let limiter = |token: &AsyncToken, endpoint, rate: RateLimit| {
            shared(token, endpoint, &rate).expect("it is limited")
        };
        let (jane, joe) = (token("registry-jane"), token("registry-joe"));
        let first = limiter(&jane, "https://a", RateLimit::default());
        let same = |other: &Arc<Limiter>| Arc::ptr_eq(&first, other);

        assert!(same(&limiter(&jane.clone(), "https://a", RateLimit::default())));
        // Whether one waits is one's own affair.
        assert!(same(&limiter(&jane, "https://a", RateLimit::default().fail_fast())));
        assert!(same(&limiter(&jane, "https://a", RateLimit::split_between(1))));
        assert!(!same(&limiter(&jane, "https://a", RateLimit::split_between(2))));
        assert!(!same(&limiter(&joe, "https://a", RateLimit::default())));
        assert!(!same(&limiter(&jane, "https://b", RateLimit::default())));
        assert!(shared(&jane, "https://a", &RateLimit::unlimited()).is_none());
    }

    #[tokio::test]
    async fn a_client_made_for_each_lead_is_limited_all_the_same() {
        let token = AsyncToken::parse("registry-again-and-again").unwrap();
        let turn = async || {
            let rate = RateLimit::default().fail_fast();
            let limiter = shared(&token, "https://a", &rate).expect("it is limited");
            limiter.turn(rate.patience()).await
        };
        for _ in 0..10 {
            assert_eq!(turn().await, Ok(()));
        }
        assert!(turn().await.is_err());
    }
}
