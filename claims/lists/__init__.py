"""Official lists for meetings, notices and money: each a value with its sum and digest, whatever form it takes."""
