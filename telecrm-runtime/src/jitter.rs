//! Non-cryptographic jitter.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};

/// Returns a random number from the whole range of `u32`.
pub(crate) fn jitter() -> u32 {
    // Every new `RandomState` has another seed, from the operating system's randomness.
    let [a, b, c, d, ..] = RandomState::new().build_hasher().finish().to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

#[cfg(test)]
mod tests {
    #[test]
    fn jitter_covers_the_range_of_u32() {
        let mut quarters = [0; 4];
        for _ in 0..1_000 {
            quarters[(super::jitter() >> 30) as usize] += 1;
        }
        assert!(quarters.iter().all(|count| *count > 150), "{quarters:?}");
    }
}
