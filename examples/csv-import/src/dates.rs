//! Order of day and month in a column of dates. The column decides, never a single cell.

use std::fmt::Write as _;

use clap::ValueEnum;
use telecrm_runtime::FieldType;

use crate::cell;

/// Maximum number of cells in a message.
const MAX_SHOWN: usize = 10;

/// Order of the day and the month in a date such as `03/04/2026`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum DateOrder {
    /// `31/12/2026`
    #[default]
    DayFirst,
    /// `12/31/2026`
    MonthFirst,
}

/// Possible orders of one cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Only(DateOrder),
    Either,
}

/// Cells that are possible in only one order.
#[derive(Clone, Debug, Default)]
struct Cells {
    count: u64,
    /// The first cells with the numbers of their rows.
    shown: Vec<(u64, String)>,
}

/// Cells of one column of dates.
#[derive(Clone, Debug, Default)]
pub(crate) struct Evidence {
    day_first: Cells,
    month_first: Cells,
    /// Number of cells that are possible in both orders.
    unclear: u64,
}

/// Error for a column of dates without one order.
#[derive(Debug, thiserror::Error)]
pub enum DateOrderError {
    /// Some cells are possible only with the month first, and none only with the day first.
    #[error(
        "the dates of column `{column}` have the month first: {cells}\nNothing was imported. Import the file with --date-order month-first."
    )]
    MonthFirst {
        /// The column.
        column: String,
        /// The cells.
        cells: String,
    },
    /// The column contains both orders.
    #[error(
        "the dates of column `{column}` have no common order: day first in {day_first}; month first in {month_first}\nNothing was imported. Correct these cells, or import the file with --date-order: the cells of the other order are then rejected."
    )]
    Mixed {
        /// The column.
        column: String,
        /// The cells that have the day first.
        day_first: String,
        /// The cells that have the month first.
        month_first: String,
    },
}

impl Cells {
    fn add(&mut self, row: u64, cell: &str) {
        self.count += 1;
        if self.shown.len() < MAX_SHOWN {
            self.shown.push((row, cell.to_owned()));
        }
    }
}

impl std::fmt::Display for Cells {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, (row, cell)) in self.shown.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}row {row} ({cell})")?;
        }
        let omitted = self.count - self.shown.len() as u64;
        if omitted > 0 { write!(f, " and {omitted} more") } else { Ok(()) }
    }
}

impl Evidence {
    /// Adds the cell of a row.
    pub(crate) fn add(&mut self, row: u64, cell: &str) {
        let Some(order) = order(cell) else { return };
        match order {
            Order::Either => self.unclear += 1,
            Order::Only(DateOrder::DayFirst) => self.day_first.add(row, cell.trim()),
            Order::Only(DateOrder::MonthFirst) => self.month_first.add(row, cell.trim()),
        }
    }

    /// Decides the order of a column, and describes the decision if a date depends on the order.
    ///
    /// # Errors
    ///
    /// Returns an error if the cells contradict the default order, day first, and no order is given.
    pub(crate) fn decide(
        &self,
        column: &str,
        given: Option<DateOrder>,
    ) -> Result<(DateOrder, Option<String>), DateOrderError> {
        let Self { day_first, month_first, unclear } = self;
        let order = given.unwrap_or_default();
        if day_first.count + month_first.count + unclear == 0 {
            return Ok((order, None));
        }
        let mut note = format!("column `{column}`: dates are read with the ");
        note.push_str(match order {
            DateOrder::DayFirst => "day first",
            DateOrder::MonthFirst => "month first",
        });
        // Writing to a string cannot fail.
        let _ = match (given, day_first.count, month_first.count) {
            (Some(_), ..) => write!(note, " (--date-order)"),
            (None, 0, 0) => write!(
                note,
                ", although no cell shows the order; if the month is first, use --date-order month-first"
            ),
            (None, _, 0) => write!(note, ", as in {day_first}"),
            (None, 0, _) => {
                let (column, cells) = (column.to_owned(), month_first.to_string());
                return Err(DateOrderError::MonthFirst { column, cells });
            }
            (None, ..) => {
                return Err(DateOrderError::Mixed {
                    column: column.to_owned(),
                    day_first: day_first.to_string(),
                    month_first: month_first.to_string(),
                });
            }
        };
        Ok((order, Some(note)))
    }
}

/// The possible orders of a cell. `None` for a cell without a date in such a form.
fn order(cell: &str) -> Option<Order> {
    if cell.is_empty() {
        return None;
    }
    let text = cell::clean(cell, FieldType::Date).ok()?;
    let Parts { first, second, .. } = Parts::of(&text)?;
    match (is_month(first), is_month(second)) {
        (true, true) => Some(Order::Either),
        (false, true) => Some(Order::Only(DateOrder::DayFirst)),
        (true, false) => Some(Order::Only(DateOrder::MonthFirst)),
        // Neither order is a date: the row is rejected later.
        (false, false) => None,
    }
}

/// Swaps the first two numbers of a date with the month first, so that the day is first.
pub(crate) fn day_first(text: &str) -> Option<String> {
    let Parts { first, second, separator, rest } = Parts::of(text)?;
    Some(format!("{second}{separator}{first}{separator}{rest}"))
}

fn is_month(number: &str) -> bool {
    number.parse().is_ok_and(|number: u8| (1..=12).contains(&number))
}

/// The parts of a date with its year at the end.
struct Parts<'t> {
    first: &'t str,
    second: &'t str,
    separator: char,
    /// The year and the text after the year.
    rest: &'t str,
}

impl<'t> Parts<'t> {
    fn of(text: &'t str) -> Option<Self> {
        let separator = text.chars().find(|c| !c.is_ascii_digit())?;
        if !matches!(separator, '/' | '-' | '.') {
            return None;
        }
        let (first, rest) = text.split_once(separator)?;
        let (second, rest) = rest.split_once(separator)?;
        let is_number = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
            lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        let year = rest.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
        let is_date = is_number(first, 1..=2) && is_number(second, 1..=2) && year.len() == 4;
        is_date.then_some(Self { first, second, separator, rest })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decide(cells: &[&str], given: Option<DateOrder>) -> Result<(DateOrder, String), String> {
        let mut evidence = Evidence::default();
        for (row, cell) in (2..).zip(cells) {
            evidence.add(row, cell);
        }
        let decided = evidence.decide("when", given).map_err(|error| error.to_string());
        decided.map(|(order, note)| (order, note.unwrap_or_default()))
    }

    #[test]
    fn column_decides_the_order() {
        let (order, note) =
            decide(&["03/04/2026", "31/12/2026 10:00", "5.6.2026"], None).expect("one order");
        assert_eq!(order, DateOrder::DayFirst);
        assert!(note.contains("day first, as in row 3 (31/12/2026 10:00)"), "{note}");
        let (order, note) = decide(&["03/04/2026"], None).expect("no evidence");
        assert_eq!(order, DateOrder::DayFirst);
        assert!(note.contains("no cell shows the order"), "{note}");
        for silent in [&["2026-12-31", "", "1767225600000", "45/13/2026", "1/2/26"][..], &[]] {
            assert_eq!(decide(silent, None), Ok((DateOrder::DayFirst, String::new())));
        }
    }

    #[test]
    fn month_first_or_mixed_column_is_an_error_with_its_cells() {
        let error =
            decide(&["12/31/2026", "03/04/2026", "'01-15-2026"], None).expect_err("month first");
        assert!(error.contains("row 2 (12/31/2026), row 4 ('01-15-2026)"), "{error}");
        assert!(error.contains("--date-order month-first"), "{error}");
        let error = decide(&["12/31/2026", "31/12/2026"], None).expect_err("mixed");
        assert!(
            error.contains("day first in row 3") && error.contains("month first in row 2"),
            "{error}"
        );
        let error = decide(&["12/31/2026"; 12], None).expect_err("month first");
        assert!(error.contains(" and 2 more"), "{error}");
    }

    #[test]
    fn given_order_is_not_questioned() {
        let cells = ["12/31/2026", "31/12/2026"];
        for order in [DateOrder::DayFirst, DateOrder::MonthFirst] {
            let (found, note) = decide(&cells, Some(order)).expect("given");
            assert_eq!(found, order);
            assert!(note.ends_with("(--date-order)"), "{note}");
        }
    }

    #[test]
    fn month_and_day_are_swapped_and_other_forms_stay() {
        assert_eq!(day_first("12/31/2026 10:00").as_deref(), Some("31/12/2026 10:00"));
        assert_eq!(day_first("1-2-2026").as_deref(), Some("2-1-2026"));
        for text in ["2026-12-31", "1767225600000", "", "12/31-2026", "12/31/26", "a/b/2026"] {
            assert_eq!(day_first(text), None, "{text}");
        }
    }
}
