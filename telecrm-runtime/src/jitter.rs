//! Non-cryptographic jitter.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};

/// Returns a random number from the complete range of `u32`.
pub(crate) fn jitter() -> u32 {
    // The standard library seeds every new `RandomState` from the operating system.
    let [a, b, c, d, ..] = RandomState::new().build_hasher().finish().to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

#[cfg(test)]
mod tests {
    #[test]
    fn jitter_covers_its_range() {
        let mut quarters = [0; 4];
        for _ in 0..1_000 {
            quarters[(super::jitter() >> 30) as usize] += 1;
        }
        assert!(quarters.iter().all(|count| *count > 150), "{quarters:?}");
    }
}
