"""The one CSV and XLSX writer."""
