# make install: the program. The manual and the completions are made by the program itself.
include(GNUInstallDirs)
install(TARGETS weir RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
