//! Numbering plans: the number of digits that may follow a country code.

/// Country code, minimum and maximum number of digits of a national number without its trunk 0.
///
/// The table contains the countries of telecrm's currencies, their neighbours and the larger countries of
/// the world. It ignores short service numbers, which a customer cannot have.
const PLANS: &[(u16, u8, u8)] = &[
    (1, 10, 10),
    (7, 10, 10),
    (20, 8, 10),
    (27, 9, 9),
    (30, 10, 10),
    (31, 9, 9),
    (32, 8, 9),
    (33, 9, 9),
    (34, 9, 9),
    (36, 8, 9),
    (40, 9, 9),
    (41, 9, 9),
    (44, 9, 10),
    (45, 8, 8),
    (47, 8, 8),
    (48, 9, 9),
    (51, 8, 9),
    (52, 10, 10),
    (55, 10, 11),
    (56, 9, 9),
    (57, 10, 10),
    (60, 8, 10),
    (61, 9, 9),
    (62, 8, 12),
    (63, 8, 10),
    (64, 8, 10),
    (65, 8, 8),
    (66, 8, 9),
    (81, 9, 10),
    (82, 8, 10),
    (84, 9, 10),
    (86, 10, 11),
    (90, 10, 10),
    (91, 10, 10),
    (92, 9, 10),
    (93, 9, 9),
    (94, 9, 9),
    (98, 10, 10),
    (212, 9, 9),
    (213, 8, 9),
    (216, 8, 8),
    (221, 9, 9),
    (223, 8, 8),
    (225, 10, 10),
    (226, 8, 8),
    (227, 8, 8),
    (228, 8, 8),
    (229, 8, 10),
    (230, 7, 8),
    (233, 9, 9),
    (234, 8, 10),
    (245, 9, 9),
    (250, 9, 9),
    (251, 9, 9),
    (254, 9, 9),
    (255, 9, 9),
    (256, 9, 9),
    (351, 9, 9),
    (353, 7, 9),
    (380, 9, 9),
    (420, 9, 9),
    (421, 9, 9),
    (852, 8, 8),
    (853, 8, 8),
    (855, 8, 9),
    (880, 8, 10),
    (886, 8, 9),
    (960, 7, 7),
    (961, 7, 8),
    (962, 8, 9),
    (964, 8, 10),
    (965, 8, 8),
    (966, 9, 9),
    (968, 8, 8),
    (971, 8, 9),
    (972, 8, 9),
    (973, 8, 8),
    (974, 8, 8),
    (975, 7, 8),
    (977, 8, 10),
    (992, 9, 9),
    (993, 8, 8),
    (994, 9, 9),
    (995, 9, 9),
    (996, 9, 9),
    (998, 9, 9),
];

/// Returns the minimum and the maximum number of digits after the country code.
///
/// For a country code that is not in the table, these are the limits of E.164.
pub(super) fn national_digits(country_code: &str) -> (u8, u8) {
    let known = country_code.parse().ok().and_then(|code: u16| {
        PLANS.iter().find(|(listed, ..)| *listed == code).map(|(_, min, max)| (*min, *max))
    });
    let length = u8::try_from(country_code.len()).unwrap_or(u8::MAX);
    known.unwrap_or((8_u8.saturating_sub(length), 15_u8.saturating_sub(length)))
}

/// Returns the country code of an international number, if the table contains it.
pub(super) fn country_code_of(digits: &str) -> Option<&str> {
    // No country code is a prefix of another country code.
    (1..=3).filter_map(|length| digits.get(..length)).find(|start| {
        !start.starts_with('0')
            && start.parse().is_ok_and(|code: u16| PLANS.iter().any(|(listed, ..)| *listed == code))
    })
}

/// Returns whether a leading 0 belongs to the national number.
///
/// The countries are Italy, San Marino, the Republic of the Congo, Côte d'Ivoire and Benin.
pub(super) fn keeps_zero(country_code: &str) -> bool {
    matches!(country_code, "39" | "378" | "242" | "225" | "229")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_country_code_is_a_prefix_of_another_and_all_plans_fit_e164() {
        for (code, min, max) in PLANS {
            let text = code.to_string();
            assert_eq!(country_code_of(&format!("{text}00000")), Some(text.as_str()));
            assert!(min <= max && usize::from(*max) + text.len() <= 15, "{code}");
            assert!(usize::from(*min) + text.len() >= 8, "{code}");
        }
        assert_eq!(national_digits("91"), (10, 10));
        assert_eq!(national_digits("49"), (6, 13));
        assert_eq!(country_code_of("4930123456"), None);
    }
}
