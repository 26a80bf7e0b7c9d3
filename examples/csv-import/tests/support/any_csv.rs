//! Properties of any file with any map, for the fuzz target and for a bounded test.

use std::error::Error;
use std::ops::ControlFlow;

use csv_import::Map;
use csv_import::dates::DateOrder;
use csv_import::format::Format;
use csv_import::import::{Batch, Import, Queue};
use csv_import::input::Input;
use telecrm_runtime::ParseOptions;

/// Queue that records the numbers of the rows.
#[derive(Default)]
struct Recorder {
    queued: Vec<u64>,
    rejected: Vec<u64>,
}

impl Queue for Recorder {
    fn rows_done(&self) -> Result<u64, Box<dyn Error>> {
        Ok(0)
    }

    fn is_rejected(&self, _row: u64) -> Result<bool, Box<dyn Error>> {
        Ok(false)
    }

    fn store(&mut self, batch: &Batch, _row: u64) -> Result<(), Box<dyn Error>> {
        self.queued.extend(batch.leads.iter().map(|(row, _)| *row));
        self.rejected.extend(&batch.rejected);
        Ok(())
    }
}

/// Imports a file with a map, and checks that each row is queued, rejected or skipped.
///
/// A map, a header or a column that cannot be used ends the import before the first row. Returns the number
/// of rows that were read.
pub(crate) fn check(csv: &[u8], map: &str) -> u64 {
    let map = Map::parse(map).unwrap_or_default();
    let input = Input::bytes(csv);
    let Ok(format) = Format::detect(&input, &map) else { return 0 };
    let options =
        ParseOptions::new().country_code("91").and_then(|india| india.utc_offset("+05:30"));
    let options = options.expect("settings of India");
    let mut read = 0;
    for order in [None, Some(DateOrder::DayFirst), Some(DateOrder::MonthFirst)] {
        let Ok(import) = Import::plan(&input, &format, &map, &options, order) else { continue };
        let mut recorder = Recorder::default();
        let counts = import.run(&mut recorder, |_| ControlFlow::Continue(()));
        let counts = counts.expect("memory can be read");
        let rejected = counts.total_rejected();
        assert_eq!(counts.read, counts.queued + rejected + counts.test_leads);
        assert_eq!(recorder.queued.len() as u64, counts.queued);
        assert_eq!(recorder.rejected.len() as u64, rejected);
        let mut rows = [recorder.queued, recorder.rejected].concat();
        rows.sort_unstable();
        assert!(rows.windows(2).all(|pair| pair[0] < pair[1]), "each row has its own number");
        read = counts.read;
    }
    read
}
