//! One limiter for each token in the process.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use super::limiter::Limiter;
use super::quota::Quota;

/// Limiters by a hash of the token and base URL. Only clients keep the tokens themselves.
#[derive(Default)]
struct Registry {
    limiters: HashMap<u64, Arc<Limiter>>,
    hasher: RandomState,
}

static REGISTRY: LazyLock<Mutex<Registry>> = LazyLock::new(Mutex::default);

/// RAII guard for the use of a token's limiter by a client.
pub(crate) struct Membership {
    limiter: Arc<Limiter>,
    quota: Quota,
}

impl Membership {
    /// Joins the limiter of all clients with this token and base URL.
    ///
    /// The limiter exists for an hour after its clients, so that it also limits a program that
    /// creates a client for each lead.
    pub(crate) fn join(token: &str, base_url: &str, quota: Quota) -> Self {
        let mut registry = REGISTRY.lock().unwrap_or_else(PoisonError::into_inner);
        let Registry { limiters, hasher } = &mut *registry;
        // All emulators have the same token, and each needs a separate limit.
        let key = hasher.hash_one((token, base_url.trim_end_matches('/')));
        limiters.retain(|_, limiter| Arc::strong_count(limiter) > 1 || !limiter.at_rest());
        let limiter = limiters.entry(key).or_insert_with(|| Arc::new(Limiter::new()));
        limiter.join(quota);
        Self { limiter: Arc::clone(limiter), quota }
    }

    pub(crate) fn limiter(&self) -> &Limiter {
        &self.limiter
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        self.limiter.leave(self.quota);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::rate::RateLimit;

    fn join(token: &str, base_url: &str, rate: RateLimit) -> Membership {
        Membership::join(token, base_url, rate.quota())
    }

    #[tokio::test]
    async fn clients_with_one_token_share_a_limiter_regardless_of_settings() {
        let first = join("registry-jane", "https://a", RateLimit::default());
        let shares_limiter = |other: &Membership| Arc::ptr_eq(&first.limiter, &other.limiter);
        for rate in [
            RateLimit::default(),
            RateLimit::default().fail_fast(),
            RateLimit::default().burst(100),
            RateLimit::split_between(2),
        ] {
            assert!(shares_limiter(&join("registry-jane", "https://a/", rate)));
        }
        assert!(!shares_limiter(&join("registry-joe", "https://a", RateLimit::default())));
        assert!(!shares_limiter(&join("registry-jane", "https://b", RateLimit::default())));
    }

    #[tokio::test]
    async fn client_created_for_each_lead_is_limited() {
        let turn = async || {
            let member = join("registry-again-and-again", "https://a", RateLimit::default());
            member.limiter().turn(Some(Duration::ZERO)).await
        };
        for _ in 0..10 {
            assert_eq!(turn().await, Ok(()));
        }
        assert!(turn().await.is_err());
    }
}
