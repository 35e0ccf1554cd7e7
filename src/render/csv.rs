//! Tables for spreadsheets (RFC 4180).

use super::sanitize;

/// A header line, then a line a row.
pub fn write_rows(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // A Vec takes every byte, and rows are as long as the head: nothing can fail.
    let _ = writer.write_record(head);
    for row in rows {
        let _ = writer.write_record(row.iter().map(|cell| escape_cell(cell)));
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A cell that a spreadsheet would calculate is marked as text; signs that steer a terminal are spelt out.
fn escape_cell(cell: &str) -> String {
    let line = sanitize::sanitize_line(cell);
    let calculates = line.starts_with(['=', '+', '-', '@']) && line.parse::<f64>().is_err();
    if calculates { format!("'{line}") } else { line }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        let rows = [
            vec!["a,b".to_owned(), "say \"x\"".to_owned()],
            vec!["=1+1".to_owned(), "-2".to_owned()],
        ];
        let text = write_rows(&["one", "two"], rows);
        assert_eq!(text, "one,two\n\"a,b\",\"say \"\"x\"\"\"\n'=1+1,-2\n");
    }

    proptest! {
        #[test]
        fn a_row_stays_a_row(cells in proptest::collection::vec("\\PC{0,10}[\"\\n,]{0,3}", 3)) {
            let text = write_rows(&["a", "b", "c"], std::iter::once(cells));
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            prop_assert_eq!(reader.records().filter(|record| record.as_ref().is_ok_and(|record| record.len() == 3)).count(), 1);
        }
    }
}
