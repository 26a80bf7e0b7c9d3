//! Bodies of the fuzz targets: each takes any bytes, and panics where a promise does not hold.

/// A response of the Async API.
pub fn async_response(body: &[u8]) {
    crate::client::check_any_body(body);
}

/// A response of the Sync API.
#[cfg(feature = "sync")]
pub fn sync_response(body: &[u8]) {
    crate::sync::check_any_body(body);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    /// Bytes that are often nearly a response.
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
        let object = prop::collection::vec(word, 0..4).prop_map(|words| {
            let text = format!("{{{}}}", words.join(","));
            text.into_bytes()
        });
        prop_oneof![object, prop::collection::vec(any::<u8>(), 0..200)]
    }

    proptest! {
        #[test]
        fn any_response_of_the_async_api_is_read_or_refused(body in body()) {
            super::async_response(&body);
        }

        #[cfg(feature = "sync")]
        #[test]
        fn any_response_of_the_sync_api_is_read_or_refused(body in body()) {
            super::sync_response(&body);
        }
    }
}
