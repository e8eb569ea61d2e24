# make install: the program, its manual and completions, the documents. The program writes its manual and
# completions itself, from its tables of options, so that they never say anything else than --help.
include(GNUInstallDirs)

set(share ${PROJECT_BINARY_DIR}/share)
add_custom_command(OUTPUT ${share}/weir.1 ${share}/weir.bash ${share}/_weir
  COMMAND ${CMAKE_COMMAND} -E make_directory ${share}
  COMMAND weir manual > ${share}/weir.1
  COMMAND weir completion bash > ${share}/weir.bash
  COMMAND weir completion zsh > ${share}/_weir
  DEPENDS weir VERBATIM)
add_custom_target(manual ALL DEPENDS ${share}/weir.1 ${share}/weir.bash ${share}/_weir)

install(TARGETS weir RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES ${share}/weir.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${share}/weir.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
        RENAME weir)
install(FILES ${share}/_weir DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
# docs/ keeps its name, because README.md links to it
install(FILES README.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
file(GLOB documents CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/docs/*.md)
install(FILES ${documents} DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs)
