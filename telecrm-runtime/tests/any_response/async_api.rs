//! A response of the Async API is success only if its JSON has the status `QUEUED`.
//!
//! The fuzz target `async_responses` includes this file.

use telecrm_runtime::__private::{broken_rule, envelope_code, excerpt};

/// Panics if the parsed body violates a guarantee.
pub(crate) fn check(body: &[u8]) {
    if broken_rule(body).is_none() {
        let json: serde_json::Value = serde_json::from_slice(body).expect("success is JSON");
        assert_eq!(json["status"], "QUEUED");
        assert_ne!(json["success"], false);
    }
    if let Some(code) = envelope_code(body) {
        assert!(code.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_'), "{code}");
    }
    let excerpt = excerpt(&String::from_utf8_lossy(body));
    assert!(excerpt.chars().count() <= 501 && !excerpt.contains(char::is_control), "{excerpt}");
}
