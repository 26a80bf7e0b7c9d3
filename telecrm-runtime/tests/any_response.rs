//! Every response of the two APIs is accepted or refused.
//!
//! The fuzz targets run the same checks.

#[path = "any_response/async_api.rs"]
mod async_api;
#[cfg(feature = "sync")]
#[path = "any_response/sync_api.rs"]
mod sync_api;

use proptest::prelude::*;

/// Bytes that often resemble a response.
fn body() -> impl Strategy<Value = Vec<u8>> {
    let word = prop_oneof![
        Just("\"status\":\"QUEUED\"".to_owned()),
        Just("\"Status\":\"QUEUED\"".to_owned()),
        Just("\"error\":{\"code\":\"NOT_AUTHORIZED\",\"message\":\"x\"}".to_owned()),
        Just("\"success\":false".to_owned()),
        Just("\"data\":[{\"fields\":{\"phone\":\"1\"}}]".to_owned()),
        Just("\"total_count\":1".to_owned()),
        Just("\"customFields\":[]".to_owned()),
        "\\PC{0,8}",
    ];
    let object = prop::collection::vec(word, 0..4)
        .prop_map(|words| format!("{{{}}}", words.join(",")).into_bytes());
    prop_oneof![object, prop::collection::vec(any::<u8>(), 0..200)]
}

proptest! {
    #[test]
    fn every_response_of_the_async_api_is_accepted_or_refused(body in body()) {
        async_api::check(&body);
    }

    #[cfg(feature = "sync")]
    #[test]
    fn every_response_of_the_sync_api_is_accepted_or_refused(body in body()) {
        sync_api::check(&body);
    }
}
