// A large table that a loop changes in place.
!table = tensor<?x20xf32>

// Writes a row of 80 bytes per step, from the first on and round again.
func.func @write(%table: !table, %rows: !table) -> (!table {vellum.name = "table"}) {
  %zero = arith.constant 0 : index
  %count = tensor.dim %table, %zero : !table
  %written = vellum.scan at %t for %row in %rows carry %now = %table {
    %place = arith.remui %t, %count : index
    %next = tensor.insert_slice %row into %now[%place, 0] [1, 20] [1, 1] : tensor<20xf32> into !table
    yield %next
  }
  return %written : !table
}

// Moves all rows on by one, `steps` times; the first one stays.
func.func @shift(%table: !table, %steps: index) -> (!table {vellum.name = "table"}) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %count = tensor.dim %table, %zero : !table
  %moved = arith.subi %count, %one : index
  %shifted = vellum.scan carry %now = %table length %steps {
    %rows = tensor.extract_slice %now[0, 0] [%moved, 20] [1, 1] : !table to !table
    %next = tensor.insert_slice %rows into %now[1, 0] [%moved, 20] [1, 1] : !table into !table
    yield %next
  }
  return %shifted : !table
}
