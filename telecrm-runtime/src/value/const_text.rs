//! Text that a `const fn` assembles: a panic in a `const` cannot format values.

/// Text of a few hundred bytes. A part that does not fit is left out.
pub(crate) struct ConstText {
    bytes: [u8; 512],
    length: usize,
}

impl ConstText {
    pub(crate) const fn new() -> Self {
        Self { bytes: [0; 512], length: 0 }
    }

    pub(crate) const fn push(&mut self, text: &str) {
        let mut rest = text.as_bytes();
        if self.length + rest.len() > self.bytes.len() {
            return;
        }
        while let Some((byte, tail)) = rest.split_first() {
            self.bytes[self.length] = *byte;
            self.length += 1;
            rest = tail;
        }
    }

    pub(crate) const fn push_number(&mut self, number: u32) {
        if number > 9 {
            self.push_number(number / 10);
        }
        self.push("0123456789".split_at((number % 10) as usize).1.split_at(1).0);
    }

    /// Appends a number and a noun: `1 character`, `2 characters`.
    pub(crate) const fn push_count(&mut self, number: u32, noun: &str) {
        self.push_number(number);
        self.push(" ");
        self.push(noun);
        if number != 1 {
            self.push("s");
        }
    }

    pub(crate) const fn as_str(&self) -> &str {
        // Only whole texts are appended.
        match std::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => "",
        }
    }
}

/// Returns the text without spaces at its ends.
pub(crate) const fn trimmed(text: &str) -> ConstText {
    let mut trimmed = ConstText::new();
    trimmed.push(text.trim_ascii());
    trimmed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_decimal() {
        for (number, noun) in [(0, "s"), (1, ""), (9, "s"), (10, "s"), (2048, "s"), (u32::MAX, "s")]
        {
            let mut text = ConstText::new();
            text.push_count(number, "character");
            assert_eq!(text.as_str(), format!("{number} character{noun}"));
        }
    }

    #[test]
    fn part_that_does_not_fit_is_left_out() {
        let mut text = ConstText::new();
        text.push("₹");
        text.push(&"x".repeat(510));
        text.push("é");
        assert_eq!(text.as_str(), "₹é");
    }
}
